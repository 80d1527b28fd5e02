package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.LostRange;
import io.varve.model.StoreException;
import io.varve.model.StoreState;
import io.varve.model.StoreStatus;
import io.varve.mvcc.MvccSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import java.util.TreeSet;

/** One run: random operations against the store and the model, with crashes in between. */
final class SimulationRun {
  /** An operation, and how often it is drawn. */
  private record Operation(String name, int weight, Runnable work) {}

  private final Simulation sim;
  private final Random random;
  private final ModelStore model;
  private final SimulatedReads reads;
  private final SimulatedTransactions transactions;
  private final SimulatedOutcomes outcomes;
  private final SimulatedUpkeep upkeep;
  private final List<Operation> operations = new ArrayList<>();

  /** Of ten times that the store asks for a flush, how often it has to ask again. */
  private final int laziness;

  /** The revision that a crash must leave at least. */
  private long mustSurvive;

  private List<LostRange> lostRanges = List.of();

  SimulationRun(Simulation sim) {
    this.sim = sim;
    this.random = sim.random;
    this.model = sim.model;
    this.laziness = random.nextInt(10);
    this.reads = new SimulatedReads(sim);
    this.transactions = new SimulatedTransactions(sim);
    this.outcomes = new SimulatedOutcomes(sim, transactions);
    this.upkeep = new SimulatedUpkeep(sim, reads, transactions);
    add("begin", 24, transactions::begin);
    add("step of", 90, transactions::step);
    add("commit", 28, transactions::commit);
    add("end", 4, transactions::end);
    add("let time pass for transactions", 2, transactions::expire);
    add("execute", 40, transactions::execute);
    add("send", 30, outcomes::send);
    add("look up outcomes", 10, outcomes::lookUp);
    add("expire outcomes", 8, outcomes::expire);
    add("flush and count outcomes", 3, () -> outcomes.flushAndCount(upkeep));
    add("bulk load", 6, transactions::bulk);
    add("read latest", 8, reads::latest);
    add("read at", 24, reads::atRevision);
    add("read at time", 14, reads::atTime);
    add("history of", 10, reads::history);
    add("flush", 8, upkeep::flush);
    add("prune", 12, upkeep::prune);
    add("compact", 1, upkeep::compact);
    add("sync the log", 4, upkeep::syncLog);
    add("move the clock", 20, this::moveClock);
    add("reopen", 3, this::reopen);
    add("crash", 1, this::crash);
    add("crash soon", 2, this::crashSoon);
    add("hold", 8, sim.holds::hold);
    add("renew or release a hold", 6, sim.holds::change);
    add("expire holds", 6, sim.holds::expire);
    add("compare everything", 2, reads::everything);
  }

  private void add(String name, int weight, Runnable work) {
    operations.add(new Operation(name, 1 + weight / 2 + random.nextInt(weight), work));
  }

  void run(int steps) {
    String at = "open";
    int step = 0;
    try {
      reopenUntilItHolds(0);
      for (step = 1; step <= steps; step++) {
        Operation operation = draw();
        at = operation.name();
        inOneStep(operation.work());
      }
      at = "last comparison";
      inOneStep(reads::everything);
      inOneStep(outcomes::lookUp);
      inOneStep(() -> outcomes.flushAndCount(upkeep));
      at = "close";
      inOneStep(this::reopen);
      sim.open.clear();
      sim.store.close();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(
          "step " + step + ": " + at + sim.takeTrail() + " (" + sim.settings + ")", e);
    } finally {
      sim.store.abandon();
    }
  }

  private Operation draw() {
    int total = operations.stream().mapToInt(Operation::weight).sum();
    int drawn = random.nextInt(total);
    for (Operation operation : operations) {
      drawn -= operation.weight();
      if (drawn < 0) {
        return operation;
      }
    }
    throw new AssertionError("weights do not add up");
  }

  private void inOneStep(Runnable work) {
    try {
      work.run();
      if (sim.store.takeFlushNeeded() && random.nextInt(10) >= laziness) {
        upkeep.flush();
      }
    } catch (Simulation.Crash _) {
      recover();
    }
    if (sim.store.storage().hasCrashed()) {
      recover();
    }
    checkInvariants();
    sim.takeTrail();
  }

  private void moveClock() {
    long by = random.nextInt(6) == 0 ? -random.nextInt(4_000) : random.nextInt(2_500);
    sim.clock.move(by);
    if (by < 0) {
      sim.count("clock that goes back");
    }
  }

  // Closing and crashing.

  private void reopen() {
    upkeep.mayCollapse(sim.held());
    mustSurvive = leastAfterCrash();
    boolean exact = true;
    List<Simulation.Open> left = List.copyOf(sim.open);
    try {
      sim.store.close();
    } catch (StoreException e) {
      if (!sim.store.storage().hasCrashed()) {
        throw e;
      }
      sim.count("crash while closing");
      sim.store.leaveCrashed();
      exact = false;
    }
    for (Simulation.Open transaction : left) {
      expectClosed(transaction);
    }
    sim.open.clear();
    long next = sim.nextRevision;
    if (exact) {
      mustSurvive = model.visible(); // a clean stop loses nothing, whatever the durability
    }
    reopenUntilItHolds(0);
    sim.nextRevision = exact && sim.nextRevision != 0 ? next : 0;
    sim.count("reopen");
  }

  private void expectClosed(Simulation.Open transaction) {
    try {
      if (transaction.real().get(sim.someKey()) == null) {
        return; // found in the heap to be absent
      }
    } catch (StoreException e) {
      assertThat(e.code())
          .isIn(
              ErrorCode.SHUTTING_DOWN,
              ErrorCode.STORE_UNAVAILABLE,
              ErrorCode.TRANSACTION_EXPIRED,
              ErrorCode.TRANSACTION_TOO_LARGE);
    }
    transaction.real().close();
  }

  private void crash() {
    sim.store.powerFails(random.nextBoolean());
    sim.store.storage().crash();
    throw new Simulation.Crash();
  }

  private void crashSoon() {
    sim.store.powerFails(random.nextBoolean());
    int change = 1 + random.nextInt(6);
    sim.note(change);
    sim.store.storage().crashAt(change, random.nextBoolean());
  }

  private long leastAfterCrash() {
    if (sim.settings.durability() == Durability.FLUSH_ONLY) {
      return sim.store.store().durable().value();
    }
    boolean losesUnsynced =
        sim.store.losesUnsynced() && sim.settings.durability() == Durability.SYNC_ON_INTERVAL;
    return losesUnsynced ? sim.store.store().durable().value() : model.visible();
  }

  private void recover() {
    sim.count("crash in " + sim.settings.durability());
    mustSurvive = leastAfterCrash();
    if (sim.settings.durability() == Durability.SYNC_ON_COMMIT) {
      mustSurvive = Math.max(mustSurvive, sim.store.store().visible().value());
    }
    sim.open.forEach(transaction -> transaction.real().close());
    sim.open.clear();
    sim.store.leaveCrashed();
    reopenUntilItHolds(random.nextInt(3));
    sim.nextRevision = 0;
  }

  /** Opens the store, sometimes with other settings, through a number of crashes at most. */
  private void reopenUntilItHolds(int crashes) {
    MvccSettings before = sim.settings;
    MvccSettings drawn = random.nextInt(3) == 0 ? sim.someSettings() : before;
    for (int left = crashes; ; left--) {
      sim.settings = inDirectory(drawn);
      if (sim.settings.retention().isStricterThan(before.retention())) {
        sim.pendingRules.add(sim.settings.retention());
      }
      try {
        int crashAt = left > 0 ? 1 + random.nextInt(6) : 0;
        upkeep.mayCollapse(sim.holds.revisionsInForce());
        sim.store.open(sim.settings, sim.transactionSettings(), crashAt, random.nextBoolean());
        break;
      } catch (StoreException e) {
        if (!sim.store.storage().hasCrashed()) {
          throw e;
        }
        sim.count("crash while opening");
        sim.store.leaveCrashed();
        sim.nextRevision = 0;
      }
    }
    transactions.opened();
    checkRecovered();
  }

  private MvccSettings inDirectory(MvccSettings from) {
    return new MvccSettings(
        sim.store.directory(),
        from.durability(),
        from.overlay(),
        from.cacheMaxBytes(),
        from.retention(),
        from.log(),
        from.acceptDataLoss(),
        from.revisionBlock());
  }

  private void checkRecovered() {
    long recovered = sim.store.store().visible().value();
    ModelStore.ModelCommit pending = sim.pending;
    if (pending != null && recovered > model.visible()) {
      sim.assertRevision(recovered, pending.revision());
      model.commit(pending.at(recovered));
      upkeep.mayCollapse(sim.holds.revisionsInForce()); // a flush while opening knew of it
      sim.count("commit that was not acknowledged and is there");
    }
    sim.pending = null;
    assertThat(recovered)
        .as("the recovered revision, a commit at or above %d", mustSurvive)
        .isIn(recoverable())
        .isGreaterThanOrEqualTo(mustSurvive);
    int lost = model.commitsAbove(recovered).size();
    if (lost > 0) {
      sim.count("crash that loses commits");
    }
    model.loseAbove(recovered);
    sim.holds.opened(recovered);
    mustSurvive = recovered;
    sim.clockStepsBack = 0;
    List<LostRange> ranges = sim.lostRanges();
    assertThat(model.lostRevisions())
        .as("revisions that were lost, in %s", ranges)
        .allMatch(revision -> isIn(ranges, revision));
    assertThat(model.revisions())
        .as("revisions that are there, none of them in %s", ranges)
        .noneMatch(revision -> isIn(ranges, revision));
    assertThat(lostRanges)
        .as("ranges that were lost before, now %s", ranges)
        .allMatch(range -> covers(ranges, range));
    for (LostRange range : ranges) {
      if (!lostRanges.contains(range)) {
        model.lostUntil(range.above().value(), sim.clock.millis());
      }
    }
    lostRanges = ranges;
    checkInvariants();
    outcomes.lookUp();
    if (random.nextInt(3) == 0) {
      reads.everything();
    } else {
      reads.everythingAt(recovered);
    }
  }

  private NavigableSet<Long> recoverable() {
    NavigableSet<Long> revisions = new TreeSet<>(model.revisions());
    revisions.add(0L);
    return revisions;
  }

  private static boolean isIn(List<LostRange> ranges, long revision) {
    return ranges.stream().anyMatch(range -> range.contains(revision));
  }

  private static boolean covers(List<LostRange> ranges, LostRange lost) {
    return ranges.stream()
        .anyMatch(
            range ->
                range.above().compareTo(lost.above()) <= 0
                    && range.upTo().compareTo(lost.upTo()) >= 0);
  }

  private void checkInvariants() {
    StoreStatus status = sim.store.store().status();
    assertThat(status.state()).as("state, %s", status.stateReason()).isEqualTo(StoreState.OPEN);
    long visible = status.visible().value();
    long flushed = status.flushed().value();
    assertThat(visible).as("visible").isEqualTo(model.visible());
    assertThat(sim.store.store().commits().lastOrdered().value()).as("ordered").isEqualTo(visible);
    assertThat(status.durable().value()).as("durable").isBetween(mustSurvive, visible);
    mustSurvive = status.durable().value();
    if (sim.settings.durability() == Durability.SYNC_ON_COMMIT) {
      assertThat(status.durable().value()).as("durable").isEqualTo(visible);
    }
    assertThat(flushed).as("flushed").isLessThanOrEqualTo(visible);
    assertThat(status.prunedTo().value())
        .as("pruned to")
        .isBetween(sim.prunedTo, Math.min(visible, model.floorAllowed()));
    sim.prunedTo = status.prunedTo().value();
    assertThat(status.lostRanges()).as("lost ranges").isEqualTo(lostRanges);
    assertThat(status.openSnapshots())
        .as("open snapshots")
        .isEqualTo(sim.open.size() + sim.holds.count());
    assertThat(status.holds()).as("holds").isEqualTo(sim.holds.count());
    assertThat(sim.store.manager().activeTransactions()).isEqualTo(sim.open.size());
    NavigableSet<Long> held = sim.held();
    assertThat(status.oldestSnapshot().value())
        .as("oldest snapshot")
        .isEqualTo(held.isEmpty() ? visible : Math.min(visible, held.first()));
    assertThat(status.clockStepsBack()).as("clock steps back").isEqualTo(sim.clockStepsBack);
    var unflushed = model.commitsAbove(flushed);
    assertThat(status.overlayVersions())
        .as("unflushed versions")
        .isEqualTo(unflushed.stream().mapToLong(commit -> commit.writes().size()).sum());
    assertThat(status.oldestUnflushedMs())
        .as("time of the oldest unflushed commit")
        .isEqualTo(unflushed.isEmpty() ? 0 : unflushed.iterator().next().timeMs());
  }
}
