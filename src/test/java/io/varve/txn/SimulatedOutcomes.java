package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.KeptOutcome;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.mvcc.OutcomeTable;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageIterator;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Requests that are sent again and again under a few names, and what is kept of them. */
final class SimulatedOutcomes {
  private static final int NAMES = 6;
  private static final long[] KEEP_MS = {1, 700, 3_000, 3_000, 20_000, 3_600_000};
  private static final byte[] ENDS = "outcome-end/".getBytes(StandardCharsets.US_ASCII);

  private final Simulation sim;
  private final SimulatedTransactions transactions;
  private final Random random;

  /** Names that were used, each by one request only. */
  private final List<OutcomeId> usedOnce = new ArrayList<>();

  SimulatedOutcomes(Simulation sim, SimulatedTransactions transactions) {
    this.sim = sim;
    this.transactions = transactions;
    this.random = sim.random;
  }

  private OutcomeTable table() {
    return sim.store.store().outcomes();
  }

  private static OutcomeId name(int number) {
    return OutcomeId.of("simulation", Integer.toString(number));
  }

  /** Sends a request as a server does: it runs unless an answer is kept. */
  void send() {
    OutcomeId id = name(random.nextInt(NAMES));
    sim.note(id);
    RequestOutcomes requests = new RequestOutcomes(sim.store.store(), Duration.ofSeconds(20));
    try (RequestOutcomes.Claim claim = sim.attempt(() -> requests.claim(id)).get()) {
      KeptOutcome kept = claim.kept();
      check(id, Optional.ofNullable(kept));
      if (kept != null) {
        sim.count("outcome that is kept");
        return;
      }
      List<OutcomeRecord> outcomes = new ArrayList<>(List.of(someOutcome(id)));
      if (random.nextInt(4) == 0) {
        OutcomeId other = OutcomeId.of("simulation, once", Integer.toString(usedOnce.size()));
        usedOnce.add(other);
        outcomes.add(someOutcome(other));
      }
      if (sim.model.outcome(id) != null) {
        sim.count("name that is used again");
      }
      transactions.execute(outcomes, random.nextInt(10) == 0);
    }
  }

  private OutcomeRecord someOutcome(OutcomeId id) {
    byte[] content = new byte[random.nextInt(random.nextBoolean() ? 3 : 120)];
    random.nextBytes(content);
    return OutcomeRecord.ofMillis(id, KEEP_MS[random.nextInt(KEEP_MS.length)], content);
  }

  /** Every name there is, and one that was never used. */
  void lookUp() {
    for (int number = 0; number <= NAMES; number++) {
      lookUp(name(number));
    }
    usedOnce.forEach(this::lookUp);
  }

  private void lookUp(OutcomeId id) {
    check(id, sim.attempt(() -> Optional.ofNullable(table().find(id))).get());
  }

  /**
   * What is found is exactly what the newest commit of that name kept, until its time is up. Where
   * the clock has gone back since then, it may have been removed before.
   */
  private void check(OutcomeId id, Optional<KeptOutcome> found) {
    KeptOutcome kept = sim.model.outcome(id);
    boolean isOver = kept != null && kept.keptUntilMs() <= sim.clock.millis();
    boolean wasOver = kept != null && kept.keptUntilMs() <= sim.clock.latestMillis();
    if (kept == null || isOver || (wasOver && found.isEmpty())) {
      assertThat(found).as("the outcome of %s, which is over or never was", id).isEmpty();
      if (isOver) {
        sim.count("outcome whose time is up");
      }
      return;
    }
    assertThat(found).as("the outcome of %s", id).isPresent();
    KeptOutcome there = found.get();
    assertThat(there.revision()).as("revision of %s", id).isEqualTo(kept.revision());
    assertThat(there.timeMs()).as("time of %s", id).isEqualTo(kept.timeMs());
    assertThat(there.record().keepMs()).as("ms to keep %s", id).isEqualTo(kept.record().keepMs());
    assertThat(there.record().content()).as("content of %s", id).isEqualTo(kept.record().content());
  }

  /** Removes exactly the rows whose time is up. */
  void expire() {
    long now = sim.clock.millis();
    long due = sim.attempt(() -> ends().stream().filter(end -> end.timeMs() <= now).count()).get();
    int removed = sim.attempt(() -> sim.store.store().expireOutcomes()).get();
    assertThat(removed).as("outcomes removed").isEqualTo((int) due);
    assertThat(sim.attempt(this::ends).get()).allMatch(end -> end.timeMs() > now);
    if (removed > 0) {
      sim.count("outcomes that are removed");
    }
  }

  private record End(long timeMs, long bytes) {}

  private List<End> ends() {
    List<End> ends = new ArrayList<>();
    try (StorageIterator rows = sim.store.storage().iterate(ColumnFamily.META)) {
      rows.seek(ENDS);
      while (rows.valid() && Arrays.mismatch(rows.key(), ENDS) == ENDS.length) {
        long timeMs = ByteBuffer.wrap(rows.key()).getLong(ENDS.length);
        ends.add(new End(timeMs, ByteBuffer.wrap(rows.value()).getLong()));
        rows.next();
      }
    }
    return ends;
  }

  /** Once all is flushed, what is counted is what is there. */
  void flushAndCount(SimulatedUpkeep upkeep) {
    upkeep.flush();
    List<End> ends = sim.attempt(this::ends).get();
    assertThat(table().count()).as("outcomes counted").isEqualTo(ends.size());
    assertThat(table().bytes())
        .as("bytes of outcomes counted")
        .isEqualTo(ends.stream().mapToLong(End::bytes).sum());
  }
}
