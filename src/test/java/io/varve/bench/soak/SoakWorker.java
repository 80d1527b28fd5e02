package io.varve.bench.soak;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One of the threads that work on the store and know what is right. */
final class SoakWorker implements Runnable {
  private static final String FILLER = "~".repeat(200);

  private final SoakTarget target;
  private final SharedKeys shared;
  private final Tally tally;
  private final BooleanSupplier isOver;
  private final LongSupplier nanoTime;
  private final RandomGenerator random;
  private final WrongAnswers wrong;
  private final RevisionOrder order;
  private final OwnedWork own;
  private final String name;
  private long written;

  /** The life of the store in which everything was checked. */
  private long checkedEpoch;

  /**
   * A worker.
   *
   * @param prefix of the keys that are its own
   * @param isOver whether to end
   */
  SoakWorker(
      int number,
      long seed,
      String prefix,
      SoakTarget target,
      SharedKeys shared,
      Tally tally,
      BooleanSupplier isOver,
      LongSupplier nanoTime) {
    this.target = target;
    this.shared = shared;
    this.tally = tally;
    this.isOver = isOver;
    this.nanoTime = nanoTime;
    this.random = new SplittableRandom(31 * seed + number);
    this.wrong = tally.wrong();
    this.order = new RevisionOrder(wrong, shared.recent());
    this.name = "w" + number + ".";
    this.own = new OwnedWork(target, prefix + number + "/", order, random, nanoTime, tally.wrong());
  }

  @Override
  public void run() {
    try {
      while (!isOver.getAsBoolean()) {
        runOnce();
      }
    } catch (InterruptedException _) {
      // The run is over, and the store did not open again.
    }
  }

  private void runOnce() throws InterruptedException {
    Kind kind = Kind.pick(random);
    long epoch = target.epoch();
    long started = nanoTime.getAsLong();
    try {
      if (epoch % 2 == 0 && epoch != checkedEpoch) {
        own.checkAll();
        checkedEpoch = epoch;
      }
      started = nanoTime.getAsLong();
      work(kind);
      tally.done(kind, nanoTime.getAsLong() - started);
    } catch (RuntimeException e) {
      failed(kind, epoch, e);
    }
  }

  /** A conflict is normal; a refusal is, if the store was restarted meanwhile. */
  private void failed(Kind kind, long epoch, RuntimeException failure) throws InterruptedException {
    Trouble trouble = target.explain(failure);
    boolean wasRestarted = epoch % 2 != 0 || target.epoch() != epoch;
    if (trouble.isConflict()) {
      tally.conflicts(1);
    } else if (trouble.isRefusal() && wasRestarted) {
      tally.refused(trouble);
      target.awaitOpen();
    } else {
      tally.error(kind.title(), trouble);
    }
  }

  private void work(Kind kind) {
    switch (kind) {
      case TRANSFER -> execute(view -> shared.bank().transfer(view, random));
      case INCREMENT -> increment();
      case TOGGLE -> execute(view -> shared.pairs().toggle(view, random));
      case PUT -> put();
      case GET -> get();
      case DELETE -> delete();
      case SCAN -> scan();
      case AUDIT -> audit();
      case BATCH -> own.batch();
      case OWN_CHECK -> own.check();
      case OWN_SCAN -> own.checkKeys();
      case HISTORY -> own.checkHistory();
      case PAST_KEY -> own.checkPast();
      case PAST_AUDIT -> pastAudit();
      case INTERACTIVE -> interactive();
      case BULK -> own.bulk();
    }
  }

  /** Reads and writes within a transaction. */
  private interface Work {
    boolean run(SoakView view);
  }

  private void execute(Work work) {
    Done<Boolean> done = target.store().execute(work::run);
    tally.conflicts(done.conflicts());
    order.acknowledged(done.revision());
  }

  private void increment() {
    int counter = shared.counters().pick(random);
    counted(
        counter,
        () -> {
          execute(view -> shared.counters().increment(view, counter) > 0);
          return true;
        });
  }

  /** Runs what counts up one counter, and notes whether it did. */
  private void counted(int counter, BooleanSupplier work) {
    Counters counters = shared.counters();
    counters.begin(counter);
    try {
      if (work.getAsBoolean()) {
        counters.acknowledged(counter);
      } else {
        counters.refused(counter);
      }
    } catch (RuntimeException e) {
      if (!target.explain(e).inDoubt()) {
        counters.refused(counter);
      }
      throw e;
    }
  }

  private void put() {
    String key = shared.blindKey(random);
    String value = name + ++written + FILLER;
    long revision = target.store().put(key, value);
    order.acknowledged(revision);
    order.wrote(key, value, revision);
  }

  private void get() {
    Stored found = target.store().get(shared.blindKey(random));
    if (found != null) {
      order.found(found);
    }
  }

  private void delete() {
    String key = shared.blindKey(random);
    OptionalLong revision = target.store().delete(key);
    if (revision.isPresent()) {
      order.acknowledged(revision.getAsLong());
      order.deleted(key, revision.getAsLong());
    }
  }

  private void scan() {
    Span span = shared.blindSpan(random);
    order.foundAll(span, target.store().scan(span));
  }

  /** Everything that is shared, in one snapshot. */
  void audit() {
    long[] acknowledged = shared.counters().acknowledged();
    Snapshot snapshot = target.store().scan(shared.audited());
    order.foundAll(shared.audited(), snapshot);
    shared.check(snapshot, acknowledged);
    shared.past().add(snapshot, nanoTime.getAsLong());
  }

  private void pastAudit() {
    PastSnapshots.@Nullable Taken before = shared.past().pick(random);
    if (before == null) {
      audit();
      return;
    }
    try {
      long revision = before.snapshot().revision();
      shared.past().check(before, target.store().scanAt(shared.audited(), revision));
    } catch (RuntimeException e) {
      if (!target.explain(e).isPruned() || own.isPromised(before.nanos())) {
        throw e;
      }
    }
  }

  /** Reads, writes, reads its own write, and commits, in as many calls. */
  private void interactive() {
    int counter = shared.counters().pick(random);
    String key = own.pick();
    try (SoakTransaction transaction = target.store().begin()) {
      order.readNewest(transaction.snapshotRevision());
      Stored before = transaction.get(key);
      own.check(key, before);
      List<Change> changes = List.of(new Change.Put(key, own.value()));
      transaction.put(key, ((Change.Put) changes.getFirst()).value());
      requireOwnWrite(transaction, (Change.Put) changes.getFirst());
      counted(
          counter,
          () -> {
            var _ = shared.counters().increment(transaction, counter);
            boolean isCommitted = own.write(changes, transaction::commit);
            tally.conflicts(isCommitted ? 0 : 1);
            return isCommitted;
          });
    }
  }

  private void requireOwnWrite(SoakTransaction transaction, Change.Put written) {
    Stored found = transaction.get(written.key());
    List<Stored> scanned = transaction.scan(new Span(written.key(), written.key() + "!"));
    Stored expected = new Stored(written.key(), written.value(), 0);
    if (!expected.equals(found) || !scanned.equals(List.of(expected))) {
      wrong.add("own write not read in the transaction", Objects.toString(found) + scanned);
    }
  }

  /** Checks everything once more; to be called when no worker runs. */
  void checkAtRest() {
    try {
      own.checkAll();
      audit();
    } catch (RuntimeException e) {
      tally.error("last check", target.explain(e));
    }
  }
}
