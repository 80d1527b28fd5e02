package io.varve.web;

import io.varve.model.Key;
import io.varve.model.StoreErrors;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;

/** Reads keys out of requests. */
final class KeyConverter {
  /*
   * The raw path is read here, and not what the server made of it: the server removes what follows
   * a semicolon, folds dots and repeated slashes, and replaces bytes that are no UTF-8, so that two
   * different paths could end at one key. Whatever it, or a proxy before it, may have changed is
   * refused, encoded or not, and the answer names the form that carries every key.
   *
   * An encoded slash is the exception: in the last part of a path, which is a key with slashes, it means
   * the same with and without a proxy that decodes it (ADR 11). So the rules are for the decoded key.
   */

  /** Ends the names of the resources whose keys are in base64url. */
  private static final String BASE64_SUFFIX = "-b64";

  /** Of "/v1/kv/": where the key begins. */
  private static final int SLASHES_BEFORE_KEY = 3;

  /** Of "/v1/transactions/{id}/kv/". */
  private static final int SLASHES_BEFORE_KEY_IN_TRANSACTION = 5;

  private KeyConverter() {}

  /** The key that the path of a single-key request names. */
  static Key fromPath(HttpServletRequest request) {
    return fromPath(path(request), SLASHES_BEFORE_KEY);
  }

  /** The key that the path of a request to a key inside of a transaction names. */
  static Key fromTransactionPath(HttpServletRequest request) {
    return fromPath(path(request), SLASHES_BEFORE_KEY_IN_TRANSACTION);
  }

  private static String path(HttpServletRequest request) {
    return request.getRequestURI().substring(request.getContextPath().length());
  }

  /** The key in {@code /v1/kv/{key}}, {@code /v1/entries/{key}}, or those in base64url. */
  static Key fromPath(String path) {
    return fromPath(path, SLASHES_BEFORE_KEY);
  }

  /** The key in {@code /v1/transactions/{id}/kv/{key}} or the same with {@code kv-b64}. */
  static Key fromTransactionPath(String path) {
    return fromPath(path, SLASHES_BEFORE_KEY_IN_TRANSACTION);
  }

  private static Key fromPath(String path, int slashesBeforeKey) {
    int start = 0;
    int resource = 0;
    for (int slash = 0; slash < slashesBeforeKey; slash++) {
      int next = path.indexOf('/', start);
      if (next < 0) {
        throw StoreErrors.malformed("key", "The path ends before the key.");
      }
      resource = start;
      start = next + 1;
    }
    String text = path.substring(start);
    boolean isBase64 = path.substring(resource, start - 1).endsWith(BASE64_SUFFIX);
    return isBase64 ? fromBase64Url("key", text) : fromPathText(text);
  }

  private static Key fromPathText(String text) {
    byte[] bytes = PercentEncoding.decode(text);
    if (bytes == null) {
      throw StoreErrors.keyNotPathSafe("The path is not percent-encoded correctly.");
    }
    Key key = Key.wrap(bytes);
    String decoded = key.utf8();
    if (decoded == null) {
      throw StoreErrors.keyNotPathSafe("The path is not UTF-8.");
    }
    if (decoded.indexOf('\0') >= 0) {
      throw StoreErrors.keyNotPathSafe("The path has a zero byte.");
    }
    if (decoded.indexOf(';') >= 0) {
      throw StoreErrors.keyNotPathSafe("The path has a semicolon.");
    }
    requirePlainSegments(decoded);
    return key;
  }

  /** A slash at the end is a part of the key. */
  private static void requirePlainSegments(String decoded) {
    if (decoded.startsWith("/") || decoded.contains("//")) {
      throw StoreErrors.keyNotPathSafe("The path has an empty segment.");
    }
    for (String segment : decoded.split("/", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        throw StoreErrors.keyNotPathSafe("The path has a segment of dots.");
      }
    }
  }

  /** The key of the UTF-8 form of {@code text}. */
  static Key fromText(String text) {
    return Key.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The key that {@code text} is the base64url form of; {@code field} is where it stands. */
  static Key fromBase64Url(String field, String text) {
    byte[] bytes = Base64Url.decode(text);
    if (bytes == null) {
      throw StoreErrors.malformed(field, "This must be base64url without padding.");
    }
    return Key.wrap(bytes);
  }
}
