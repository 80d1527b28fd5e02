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

  /** The tag of an entry; revisions are never given out twice, so it is a strong one. */
  static String of(StoreId storeId, Revision revision) {
    return '"' + opaque(storeId, revision) + '"';
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
    return tags.contains(new Tag(false, opaque));
  }

  /** For If-Match: whether one of the tags names this entry, and is not weak. */
  boolean matchStrongly(StoreId storeId, @Nullable Revision current) {
    return matches(storeId, current, false);
  }

  /** For If-None-Match: whether one of the tags names this entry, weak or not. */
  boolean matchWeakly(StoreId storeId, @Nullable Revision current) {
    return matches(storeId, current, true);
  }

  private boolean matches(StoreId storeId, @Nullable Revision current, boolean weakly) {
    if (current == null) {
      return false;
    }
    String opaque = opaque(storeId, current);
    return any
        || tags.stream().anyMatch(tag -> tag.opaque().equals(opaque) && (weakly || !tag.weak()));
  }
}
