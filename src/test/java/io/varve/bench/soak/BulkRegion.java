package io.varve.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Keys that one worker loads in bulk, all with the number of the load. After a load that is
 * acknowledged all of them have it; after one that failed each has it or the one before.
 */
final class BulkRegion {
  /** More than the first chunk takes. */
  private static final int KEYS = 2_500;

  private static final String FILLER = "-".repeat(60);

  private final String prefix;
  private final WrongAnswers wrong;
  private long loaded;
  private boolean inDoubt;

  BulkRegion(String prefix, WrongAnswers wrong) {
    this.prefix = prefix;
    this.wrong = wrong;
  }

  Span span() {
    return Span.below(prefix);
  }

  /** What the next load writes. */
  List<Change> next() {
    String value = (loaded + 1) + FILLER;
    List<Change> changes = new ArrayList<>(KEYS);
    for (int i = 0; i < KEYS; i++) {
      changes.add(new Change.Put(String.format(Locale.ROOT, "%s%05d", prefix, i), value));
    }
    return changes;
  }

  void acknowledged() {
    loaded++;
    inDoubt = false;
  }

  /** Some or all chunks of the load may be there. */
  void failed() {
    inDoubt = true;
  }

  /** Whether a load that failed must be done again before anything can be said. */
  boolean isInDoubt() {
    return inDoubt;
  }

  /** The region was read from the newest state. */
  void check(Snapshot snapshot) {
    long most = inDoubt ? loaded + 1 : loaded;
    boolean mayLack = loaded == 0;
    if (!mayLack && snapshot.entries().size() != KEYS) {
      wrong.add("bulk load", snapshot.entries().size() + " entries of " + KEYS);
    }
    for (Stored entry : snapshot.entries()) {
      long load = Long.parseLong(entry.value().substring(0, entry.value().indexOf('-')));
      if (load < Math.max(1, loaded) || load > most) {
        wrong.add("bulk load", entry.key() + " is of load " + load + ", not " + loaded);
        return;
      }
    }
  }
}
