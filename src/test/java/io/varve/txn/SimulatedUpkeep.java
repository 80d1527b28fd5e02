package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.HistoryEntry;
import io.varve.model.Key;
import io.varve.model.Retention;
import io.varve.mvcc.FlushResult;
import io.varve.mvcc.LogTrim;
import io.varve.mvcc.PruneRequest;
import io.varve.mvcc.PruneResult;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Flush, prune, compaction, and what they may and must take away. */
final class SimulatedUpkeep {
  private static final Duration AMPLE = Duration.ofMinutes(5);

  private final Simulation sim;
  private final SimulatedReads reads;
  private final SimulatedTransactions transactions;
  private final Random random;
  private final ModelStore model;

  SimulatedUpkeep(Simulation sim, SimulatedReads reads, SimulatedTransactions transactions) {
    this.sim = sim;
    this.reads = reads;
    this.transactions = transactions;
    this.random = sim.random;
    this.model = sim.model;
  }

  void flush() {
    mayCollapse(sim.held());
    long before = sim.store.store().status().flushed().value();
    Collection<ModelStore.ModelCommit> unflushed = List.copyOf(model.commitsAbove(before));
    FlushResult result = sim.attempt(() -> sim.store.store().flush()).get();
    assertThat(result.flushed().value()).isEqualTo(Math.max(before, model.visible()));
    assertThat(result.commits()).isEqualTo(unflushed.size());
    long versions = unflushed.stream().mapToLong(commit -> commit.writes().size()).sum();
    assertThat(result.versions() + result.collapsed()).isEqualTo(versions);
    if (!unflushed.isEmpty()) {
      long bytes = unflushed.stream().mapToLong(ModelStore.ModelCommit::overlayBytes).sum();
      transactions.flushed(model.visible(), bytes);
      sim.count(result.collapsed() > 0 ? "flush that leaves versions out" : "flush");
    }
  }

  /** Before a flush: it may leave versions out. */
  void mayCollapse(NavigableSet<Long> held) {
    model.apply(sim.settings.retention(), sim.clock.millis(), held, false);
  }

  void prune() {
    Retention asked = random.nextInt(3) == 0 ? sim.someRetention() : null;
    switch (random.nextInt(8)) {
      case 0 -> dryRunAndRealOne();
      case 1 -> prune(new PruneRequest(asked, false, Duration.ZERO, someTrim()));
      case 2 -> dryRun(new PruneRequest(asked, true, AMPLE));
      default -> prune(new PruneRequest(asked, false, AMPLE, someTrim()));
    }
  }

  private LogTrim someTrim() {
    return random.nextInt(4) > 0
        ? LogTrim.BY_SETTINGS
        : random.nextBoolean() ? LogTrim.DONE_WITH : LogTrim.FLUSHED;
  }

  private PruneResult dryRun(PruneRequest request) {
    List<List<HistoryEntry>> before = historiesBySecond();
    PruneResult result = sim.attempt(() -> sim.store.store().prune(request)).get();
    assertThat(result.dryRun()).isTrue();
    assertThat(result.prunedTo().value()).isEqualTo(sim.prunedTo);
    assertThat(historiesBySecond()).as("histories after a dry run").isEqualTo(before);
    return result;
  }

  /** Any prune may let go of flushed commits in the heap, and with them of their milliseconds. */
  private List<List<HistoryEntry>> historiesBySecond() {
    return sim.keys.stream()
        .map(key -> reads.checkedHistory(key).stream().map(SimulatedUpkeep::bySecond).toList())
        .toList();
  }

  private static HistoryEntry bySecond(HistoryEntry entry) {
    return new HistoryEntry(
        entry.revision(), entry.time().truncatedTo(ChronoUnit.SECONDS), entry.value());
  }

  /** A dry run foretells exactly what the same prune then does. */
  private void dryRunAndRealOne() {
    Retention rule = sim.settings.retention();
    PruneResult foretold = dryRun(new PruneRequest(rule, true, AMPLE));
    PruneResult done = prune(new PruneRequest(rule, false, AMPLE));
    assertThat(done.versions()).as("versions removed").isEqualTo(foretold.versions());
    assertThat(done.bytes()).as("bytes removed").isEqualTo(foretold.bytes());
    sim.count("dry run and the real one");
  }

  private PruneResult prune(PruneRequest request) {
    sim.note(request);
    Retention asked = request.retention();
    long now = sim.clock.millis();
    if (asked != null) {
      sim.pendingRules.add(asked); // a crash may leave the one before in its place
    }
    sim.pendingRules.add(sim.settings.retention()); // it may follow another one
    sim.pendingRules.forEach(rule -> model.apply(rule, now, sim.held(), true));
    long flushed = sim.store.store().status().flushed().value();
    PruneResult result;
    try {
      result = sim.attempt(() -> sim.store.store().prune(request)).get();
    } catch (Simulation.Crash e) {
      model.trimmedTo(flushed + 1); // it may have got that far
      throw e;
    }
    model.trimmedTo(result.logRecordsUpTo().value());
    assertThat(result.logRecordsUpTo().value()).isLessThanOrEqualTo(flushed + 1);
    assertThat(result.position().value()).isLessThanOrEqualTo(flushed);
    if (result.complete()) {
      sim.pendingRules.clear();
      if (sim.held().isEmpty() && flushed == model.visible()) {
        sim.keys.forEach(key -> mustBeGone(key, asked));
        sim.count("complete prune with nobody reading");
      }
    } else {
      sim.count("prune that is not complete");
    }
    if (result.versions() > 0) {
      sim.count("prune that removes versions");
    }
    if (result.logRecordsUpTo().value() > 0) {
      sim.count("trimmed log");
      sim.count("log trimmed " + request.log());
    }
    return result;
  }

  /** After a complete prune with no reader and nothing unflushed. */
  private void mustBeGone(Key key, @Nullable Retention asked) {
    List<HistoryEntry> left = reads.checkedHistory(key);
    mustBeGone(key, left, sim.settings.retention(), sim.settings.retention().keepVersions());
    if (asked != null) {
      mustBeGone(key, left, asked, 1);
    }
  }

  /**
   * Versions that a rule lets go are gone, where the commit {@code pushedBy} versions above each is
   * old enough to have been looked at.
   */
  private void mustBeGone(Key key, List<HistoryEntry> left, Retention rule, int pushedBy) {
    long cutoff = model.lowestRevisionAt(sim.clock.millis() - rule.keepAge().toMillis());
    for (int i = rule.keepVersions(); i < left.size(); i++) {
      assertThat(left.get(i - pushedBy).revision().value())
          .as("%s has %d versions, and %s keeps revision %s", key, left.size(), rule, left.get(i))
          .isGreaterThan(cutoff);
    }
    // A tombstone over which a commit was lost waits for the next write to its key.
    if (!left.isEmpty() && left.getFirst().value() == null && !model.hasLostWritesTo(key)) {
      assertThat(left.getFirst().revision().value())
          .as("the tombstone of %s under %s", key, rule)
          .isGreaterThan(cutoff);
    }
  }

  void compact() {
    var _ =
        sim.attempt(
                () -> {
                  sim.store.store().compact();
                  return "";
                })
            .get();
  }

  void syncLog() {
    var _ =
        sim.attempt(
                () -> {
                  sim.store.store().commits().syncLog();
                  return "";
                })
            .get();
    if (sim.settings.durability().usesLog()) {
      assertThat(sim.store.store().durable().value()).isEqualTo(model.visible());
    }
  }
}
