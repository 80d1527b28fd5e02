package io.varve.client;

/** What must hold for a {@link OneShot} to do its first list. */
public sealed interface Condition {
  /** The key is there. */
  static Condition exists(String key) {
    return new Exists(VarveKey.of(key), true);
  }

  /** The key is not there. */
  static Condition absent(String key) {
    return new Exists(VarveKey.of(key), false);
  }

  /** The key is there, and the revision that wrote it compares so. */
  static Condition revision(String key, Comparison comparison, long revision) {
    return new OfRevision(VarveKey.of(key), comparison, revision);
  }

  /** The key is there, and its value compares so with the UTF-8 form of {@code text}. */
  static Condition value(String key, Comparison comparison, String text) {
    return new OfValue(VarveKey.of(key), comparison, VarveValue.text(text));
  }

  /** The entry is as it was read. */
  static Condition unchanged(VarveEntry entry) {
    return new OfRevision(entry.key(), Comparison.EQ, entry.revision());
  }

  /** Whether the key is there. */
  record Exists(VarveKey key, boolean exists) implements Condition {}

  /** How the revision that wrote the key compares. */
  record OfRevision(VarveKey key, Comparison comparison, long revision) implements Condition {}

  /** How the bytes of the value compare; the content type does not matter. */
  record OfValue(VarveKey key, Comparison comparison, VarveValue value) implements Condition {}
}
