package io.varve.bench.soak;

/** A write that needs to read nothing. */
sealed interface Change {
  /** Which key. */
  String key();

  /** Writes a value. */
  record Put(String key, String value) implements Change {}

  /** Removes a key. */
  record Delete(String key) implements Change {}
}
