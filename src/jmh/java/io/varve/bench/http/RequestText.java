package io.varve.bench.http;

import org.jspecify.annotations.Nullable;

/**
 * A request as text, with {@link #KEY} and {@link #VALUE} where keys and values go.
 *
 * @param method such as GET
 * @param target path and query
 * @param contentType of the body; null if there is none
 * @param body in ASCII
 */
record RequestText(String method, String target, @Nullable String contentType, String body) {
  /** Stands for a key. */
  static final char KEY = '\u0001';

  /** Stands for a value; the next key after it belongs to another entry. */
  static final char VALUE = '\u0002';

  static RequestText post(String target, String json) {
    return new RequestText("POST", target, "application/json", json);
  }
}
