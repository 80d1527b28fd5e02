package io.varve.bench.soak;

/**
 * The keys from {@code start}, inclusive, to {@code end}, exclusive.
 *
 * @param start the first key
 * @param end the first key past it
 */
record Span(String start, String end) {
  /** Every key that begins with {@code prefix}, which ends with a slash. */
  static Span below(String prefix) {
    return new Span(prefix, prefix.substring(0, prefix.length() - 1) + (char) ('/' + 1));
  }

  boolean contains(String key) {
    return start.compareTo(key) <= 0 && key.compareTo(end) < 0;
  }
}
