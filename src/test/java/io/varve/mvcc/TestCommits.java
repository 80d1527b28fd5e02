package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.model.Value;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/** Short ways to write commits in tests. */
@NullMarked
final class TestCommits {
  private TestCommits() {}

  static Write put(String key, String value) {
    return new Write(Key.of(key), Value.of(value));
  }

  static Write delete(String key) {
    return new Write(Key.of(key), null);
  }

  /** A commit that follows the revision just below it, made at ten times its revision in ms. */
  static Commit commit(long revision, Write... writes) {
    return commitAt(revision, revision * 10, writes);
  }

  static Commit commitAt(long revision, long timeMs, Write... writes) {
    return new Commit(revision, revision - 1, timeMs, "t" + revision, null, List.of(writes));
  }
}
