package io.varve.txn;

import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.Value;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a one-shot transaction asks of a key before it acts. */
public sealed interface Condition {
  /** The key it is about. */
  Key key();

  /** Whether it holds for what is stored under the key, or null. */
  boolean holds(@Nullable Entry current);

  /**
   * The key exists, or does not.
   *
   * @param key the key
   * @param exists which of the two
   */
  record Exists(Key key, boolean exists) implements Condition {
    @Override
    public boolean holds(@Nullable Entry current) {
      return (current != null) == exists;
    }
  }

  /**
   * The revision that wrote the key compares as asked; a key that does not exist has revision 0.
   *
   * @param key the key
   * @param comparison how
   * @param revision with what
   */
  record OfRevision(Key key, Comparison comparison, long revision) implements Condition {
    @Override
    public boolean holds(@Nullable Entry current) {
      long there = current == null ? 0 : current.revision().value();
      return comparison.holds(Long.compare(there, revision));
    }
  }

  /**
   * The value compares as asked, as unsigned bytes; a key that does not exist has no value, so only
   * {@code NE} holds for it.
   *
   * @param key the key
   * @param comparison how
   * @param value with what
   */
  record OfValue(Key key, Comparison comparison, Value value) implements Condition {
    @Override
    public boolean holds(@Nullable Entry current) {
      if (current == null) {
        return comparison == Comparison.NE;
      }
      return comparison.holds(Arrays.compareUnsigned(current.value().array(), value.array()));
    }
  }
}
