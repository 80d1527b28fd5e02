package io.varve.web;

import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreId;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tags of an {@code If-Match} or {@code If-None-Match} header (RFC 9110, section 13.1).
 *
 * @param any whether the header is {@code *}
 * @param tags otherwise, the tags in it
 */
record EntityTags(boolean any, List<Tag> tags) {
  private static final Pattern TAG =
      Pattern.compile("\\s*(W/)?\"([\\x21\\x23-\\x7E\\x80-\\xFF]*)\"\\s*(,|$)");

  /**
   * One of them.
   *
   * @param weak whether it is marked as weak
   * @param opaque what stands between the quotes
   */
  record Tag(boolean weak, String opaque) {}

  /** A content coding's name that the server, or a proxy that compresses, has put at the end. */
  private static final Pattern CODING =
      Pattern.compile("(?:--?|;)(?:x-gzip|gzip|gz|deflate|br|zstd)$");

  /** The tag of an entry as it is stored; revisions are never reused, so it is a strong one. */
  static String of(StoreId storeId, Revision revision) {
    return of(storeId, revision, Form.RAW);
  }

  /** The tag of a form of an entry. */
  static String of(StoreId storeId, Revision revision, Form form) {
    return '"' + opaque(storeId, revision) + form.tagSuffix() + '"';
  }

  /** The strong {@code tag} of an answer, as that of its compressed form; a weak one is of both. */
  static String gzipped(String tag) {
    return tag.startsWith("\"") ? tag.substring(0, tag.length() - 1) + "-gzip\"" : tag;
  }

  private static String opaque(StoreId storeId, Revision revision) {
    return storeId + "-" + revision;
  }

  /** What all headers of this name say together, or null if there are none. */
  static @Nullable EntityTags parse(String name, Enumeration<String> headers) {
    if (!headers.hasMoreElements()) {
      return null;
    }
    StringJoiner joined = new StringJoiner(",");
    headers.asIterator().forEachRemaining(joined::add);
    return parse(name, joined.toString().strip());
  }

  private static EntityTags parse(String name, String text) {
    if (text.equals("*")) {
      return new EntityTags(true, List.of());
    }
    Matcher matcher = TAG.matcher(text);
    var tags = new ArrayList<Tag>();
    int end = 0;
    while (end < text.length()) {
      if (!matcher.region(end, text.length()).lookingAt()) {
        throw StoreErrors.malformed(name, "This header must be * or a list of quoted tags.");
      }
      tags.add(new Tag(matcher.group(1) != null, matcher.group(2)));
      end = matcher.end();
    }
    if (tags.isEmpty()) {
      throw StoreErrors.malformed(name, "This header must be * or a list of quoted tags.");
    }
    return new EntityTags(false, List.copyOf(tags));
  }

  /** Whether one of the tags is {@code opaque} and not weak; {@code *} is none of them. */
  boolean hasStrong(String opaque) {
    return tags.stream().anyMatch(tag -> !tag.weak() && uncoded(tag).equals(opaque));
  }

  /** Whether one of the tags is the one within the quotes of {@code tag}, weak or not. */
  boolean names(String tag) {
    return tags.stream().anyMatch(own -> tag.equals('"' + own.opaque() + '"'));
  }

  /** For If-Match: whether one of the tags names a form of this entry, and is not weak. */
  boolean matchStrongly(StoreId storeId, @Nullable Revision current) {
    return current != null
        && (any || tags.stream().anyMatch(tag -> !tag.weak() && isOf(tag, storeId, current)));
  }

  /** For If-None-Match of a write: whether one of the tags names a form of it, weak or not. */
  boolean matchWeakly(StoreId storeId, @Nullable Revision current) {
    return current != null && (any || tags.stream().anyMatch(tag -> isOf(tag, storeId, current)));
  }

  /** For If-None-Match of a read: whether one of the tags names this form of it, weak or not. */
  boolean matchWeakly(StoreId storeId, Revision current, Form form) {
    return any || tags.stream().anyMatch(tag -> isOf(tag, storeId, current, form));
  }

  /** Whether one of the tags is weak. */
  boolean hasWeak() {
    return tags.stream().anyMatch(Tag::weak);
  }

  private static boolean isOf(Tag tag, StoreId storeId, Revision revision) {
    return isOf(tag, storeId, revision, Form.RAW) || isOf(tag, storeId, revision, Form.ENTRY);
  }

  private static boolean isOf(Tag tag, StoreId storeId, Revision revision, Form form) {
    return uncoded(tag).equals(opaque(storeId, revision) + form.tagSuffix());
  }

  private static String uncoded(Tag tag) {
    return CODING.matcher(tag.opaque()).replaceFirst("");
  }
}
