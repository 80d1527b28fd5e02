package io.varve.client;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tag of a version of an entry: {@code "<store id>-<revision that wrote it>"}, quotes included.
 */
final class EntityTag {
  private static final Pattern REVISION =
      Pattern.compile("\"[^\"]*-(\\d{1,18})(?:-entry)?(?:--?gzip)?\"");

  private EntityTag() {}

  static String of(String storeId, long revision) {
    return '"' + storeId + '-' + revision + '"';
  }

  /** The revision in a tag; 0 where there is none, as with what a transaction has not committed. */
  static long revisionOf(String etag) {
    Matcher matcher = REVISION.matcher(etag);
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }
}
