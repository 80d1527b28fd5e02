package io.varve.bench.soak;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a worker does with the keys that are its own. Used by that worker alone. */
final class OwnedWork {
  private static final int KEYS = 200;
  private static final int LARGEST_BATCH = 30;
  private static final String FILLER = ".".repeat(100);

  /** A commit is acknowledged some time after it is made, and commit times are whole seconds. */
  private static final long PROMISE_SLACK_NANOS = 5_000_000_000L;

  private final SoakTarget target;
  private final RevisionOrder order;
  private final RandomGenerator random;
  private final LongSupplier nanoTime;
  private final Span span;
  private final OwnedKeys keys;
  private final List<String> names;
  private final BulkRegion bulk;
  private long written;

  OwnedWork(
      SoakTarget target,
      String prefix,
      RevisionOrder order,
      RandomGenerator random,
      LongSupplier nanoTime,
      WrongAnswers wrong) {
    this.target = target;
    this.order = order;
    this.random = random;
    this.nanoTime = nanoTime;
    String own = prefix + "own/";
    this.span = Span.below(own);
    this.names = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      names.add(String.format(Locale.ROOT, "%s%04d", own, i));
    }
    this.keys = new OwnedKeys(names, wrong);
    this.bulk = new BulkRegion(prefix + "bulk/", wrong);
  }

  /** A new value, which no other write has. */
  String value() {
    return ++written + FILLER;
  }

  String pick() {
    return names.get(random.nextInt(KEYS));
  }

  /** Several puts and deletes, all or none. */
  void batch() {
    Set<String> chosen = new HashSet<>();
    List<Change> changes = new ArrayList<>();
    int count = 1 + random.nextInt(LARGEST_BATCH);
    while (chosen.size() < count) {
      String key = pick();
      if (chosen.add(key)) {
        boolean delete = random.nextInt(5) == 0 && keys.isPresent(key);
        changes.add(delete ? new Change.Delete(key) : new Change.Put(key, value()));
      }
    }
    SoakStore store = target.store();
    var _ = write(changes, () -> OptionalLong.of(store.batch(changes)));
  }

  /** Makes a commit. */
  interface Commit {
    /** The revision, or nothing if it met another transaction. */
    OptionalLong run();
  }

  /** Carries out a commit that makes these changes, and notes how it ended; whether it was made. */
  boolean write(List<Change> changes, Commit commit) {
    try {
      OptionalLong revision = commit.run();
      if (revision.isPresent()) {
        order.acknowledged(revision.getAsLong());
        keys.acknowledged(changes, revision.getAsLong(), nanoTime.getAsLong());
      }
      return revision.isPresent();
    } catch (RuntimeException e) {
      if (target.explain(e).inDoubt()) {
        keys.inDoubt(changes);
      }
      throw e;
    }
  }

  /** A key must hold what was written last. */
  void check() {
    String key = pick();
    @Nullable Stored found = target.store().get(key);
    keys.check(key, found, nanoTime.getAsLong());
  }

  /** The same of a key that a transaction has read. */
  void check(String key, @Nullable Stored found) {
    keys.check(key, found, nanoTime.getAsLong());
  }

  /** All keys, and those of the bulk loads, must hold what was written last. */
  void checkAll() {
    checkKeys();
    checkBulk();
  }

  /** All keys must hold what was written last. */
  void checkKeys() {
    Snapshot all = target.store().scan(span);
    order.readNewest(all.revision());
    order.checkShape(span, all);
    keys.checkAll(all.entries(), nanoTime.getAsLong());
  }

  void checkHistory() {
    String key = pick();
    int known = keys.past(key).size();
    if (known > 0) {
      List<Version> found = target.store().history(key, known);
      keys.checkHistory(key, found, target.promise().versions());
    }
  }

  /** A version of a key, at the revision that wrote it. */
  void checkPast() {
    String key = pick();
    List<OwnedKeys.Known> past = keys.past(key);
    if (past.isEmpty()) {
      check();
      return;
    }
    OwnedKeys.Known version = past.get(random.nextInt(past.size()));
    try {
      keys.checkPast(key, version, target.store().getAt(key, version.revision()));
    } catch (RuntimeException e) {
      if (!target.explain(e).isPruned() || isPromised(version.ackedNanos())) {
        throw e;
      }
    }
  }

  /** Whether what was the newest at this time must still be readable. */
  boolean isPromised(long nanos) {
    long age = nanoTime.getAsLong() - nanos;
    return age < target.promise().age().toNanos() - PROMISE_SLACK_NANOS;
  }

  void bulk() {
    try {
      order.acknowledged(target.store().bulk(bulk.next()));
      bulk.acknowledged();
    } catch (RuntimeException e) {
      bulk.failed();
      throw e;
    }
    checkBulk();
  }

  private void checkBulk() {
    Snapshot loaded = target.store().scan(bulk.span());
    order.readNewest(loaded.revision());
    order.checkShape(bulk.span(), loaded);
    bulk.check(loaded);
  }
}
