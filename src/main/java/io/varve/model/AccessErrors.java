package io.varve.model;

import java.util.Map;

/** Errors of those who may not come in, or may not do what they ask for. */
public final class AccessErrors {
  private static final String NO_GRANT = " Ask whoever runs this service for a grant.";

  private AccessErrors() {}

  /** A request without a token, or with one that opens nothing; which of the two is not told. */
  public static StoreException unauthenticated() {
    return error(
        ErrorCode.UNAUTHENTICATED,
        "This service asks for a token that it knows, in the header Authorization: Bearer.",
        Map.of());
  }

  /** Something with keys that nobody has granted; {@code verb} says what. */
  public static StoreException forbidden(String verb, KeyRange range) {
    return forbidden(verb, "You may not " + verb + " " + describe(range) + ".");
  }

  /** Something with the service as a whole, or with any key, that nobody has granted. */
  public static StoreException forbidden(String verb) {
    return forbidden(verb, "You may not " + verb + " here.");
  }

  /**
   * A request that a page of another site has made a browser send, or that came by another name.
   */
  public static StoreException foreignOrigin(String why) {
    return error(ErrorCode.FORBIDDEN, why, Map.of());
  }

  private static StoreException forbidden(String verb, String what) {
    return error(ErrorCode.FORBIDDEN, what + NO_GRANT, Map.of("action", verb));
  }

  private static String describe(KeyRange range) {
    Key start = range.start();
    Key end = range.end();
    if (start != null && end != null && end.equals(start.successor())) {
      return "the key " + start;
    }
    String from = start == null ? "the first one" : start.toString();
    String to = end == null ? "the last one" : "before " + end;
    return start == null && end == null
        ? "all keys; name those that you may"
        : "all keys from " + from + " to " + to;
  }

  private static StoreException error(ErrorCode code, String detail, Map<String, ?> context) {
    return new StoreException(code, detail, context, null);
  }
}
