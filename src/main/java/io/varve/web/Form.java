package io.varve.web;

import io.varve.model.StoreErrors;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** The representations of an entry. Each has a strong tag of its own. */
enum Form {
  /** The stored bytes with the stored content type. */
  RAW(""),
  /** A JSON object of the key, the value, its content type and its revision. */
  ENTRY("-entry");

  /** The query parameter that names a form, which Accept then has no part in. */
  static final String PARAMETER = "form";

  /** The name of {@link #ENTRY} as a media type. */
  static final String ENTRY_TYPE = "application/vnd.varve.entry+json";

  private static final MediaType ENTRY_MEDIA_TYPE = MediaType.parseMediaType(ENTRY_TYPE);

  private final String tagSuffix;

  Form(String tagSuffix) {
    this.tagSuffix = tagSuffix;
  }

  /** What the tag of this form has after store and revision. */
  String tagSuffix() {
    return tagSuffix;
  }

  /** A request's wish for a form. */
  record Wish(@Nullable Form named, List<MediaType> accepted) {
    /** The form for a value of the content type {@code stored}, which is null where unknown. */
    Form choose(@Nullable String stored) {
      if (named != null) {
        return named;
      }
      MediaType type = typeOf(stored);
      double byName = qualityByName(ENTRY_MEDIA_TYPE);
      if (byName > 0 && byName >= quality(type)) {
        return ENTRY;
      }
      return prefersJson() && !isJson(type) ? ENTRY : RAW;
    }

    /** Whether JSON is named, and nothing that is more welcome or as welcome and named before. */
    private boolean prefersJson() {
      return accepted.stream()
          .max(Comparator.comparingDouble(MediaType::getQualityValue))
          .filter(range -> range.getQualityValue() > 0)
          .filter(MediaType.APPLICATION_JSON::equalsTypeAndSubtype)
          .isPresent();
    }

    /** The content type of an {@link #ENTRY}: its own only where that is asked for by name. */
    String entryType() {
      double named = qualityByName(ENTRY_MEDIA_TYPE);
      return named > 0 && named >= qualityByName(MediaType.APPLICATION_JSON)
          ? ENTRY_TYPE
          : MediaType.APPLICATION_JSON_VALUE;
    }

    /** The quality that the most specific range which includes {@code type} gives it, or 0. */
    private double quality(MediaType type) {
      return accepted.stream()
          .filter(range -> includes(range, type))
          .max(
              Comparator.comparingInt(Wish::specificity)
                  .thenComparingDouble(MediaType::getQualityValue))
          .map(MediaType::getQualityValue)
          .orElse(0.0);
    }

    /** The quality of ranges that name {@code type} without a wildcard, or 0. */
    private double qualityByName(MediaType type) {
      return accepted.stream()
          .filter(type::equalsTypeAndSubtype)
          .mapToDouble(MediaType::getQualityValue)
          .max()
          .orElse(0);
    }

    private static boolean includes(MediaType range, MediaType type) {
      boolean isNamedJson = MediaType.APPLICATION_JSON.equalsTypeAndSubtype(range) && isJson(type);
      return isNamedJson || range.includes(type);
    }

    private static int specificity(MediaType range) {
      if (range.isWildcardType()) {
        return 0;
      }
      return range.isWildcardSubtype() ? 1 : 2;
    }

    private static boolean isJson(MediaType type) {
      return MediaType.APPLICATION_JSON.equalsTypeAndSubtype(type)
          || type.getSubtype().endsWith("+json");
    }

    private static MediaType typeOf(@Nullable String stored) {
      try {
        return stored == null
            ? MediaType.APPLICATION_OCTET_STREAM
            : MediaType.parseMediaType(stored);
      } catch (InvalidMediaTypeException _) {
        return MediaType.APPLICATION_OCTET_STREAM;
      }
    }
  }

  /** What {@code request} asks for. Throws MALFORMED_REQUEST. */
  static Wish of(HttpServletRequest request, QueryParameters query) {
    String name = query.text(PARAMETER);
    Form named =
        switch (name) {
          case null -> null;
          case "raw" -> RAW;
          case "entry" -> ENTRY;
          default -> throw StoreErrors.malformed(PARAMETER, "The form must be raw or entry.");
        };
    return new Wish(named, accepted(request));
  }

  /** Asks for this form, whatever Accept says of others. Throws MALFORMED_REQUEST. */
  Wish wish(HttpServletRequest request) {
    return new Wish(this, accepted(request));
  }

  private static List<MediaType> accepted(HttpServletRequest request) {
    String accept = String.join(",", Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
    try {
      return MediaType.parseMediaTypes(accept);
    } catch (InvalidMediaTypeException _) {
      throw StoreErrors.malformed(HttpHeaders.ACCEPT, "This header must be a list of media types.");
    }
  }
}
