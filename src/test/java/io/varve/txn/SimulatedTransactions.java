package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Entry;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.OutcomeRecord;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.Value;
import io.varve.mvcc.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Transactions of every isolation, several open at once, closures and bulk loads. */
final class SimulatedTransactions {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** What a closure throws that gives up. */
  private static final class GivenUp extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final Simulation sim;
  private final Random random;
  private final ModelStore model;

  /** Generations that were flushed since the store was opened: last revision and bytes. */
  private final List<long[]> flushedGenerations = new ArrayList<>();

  SimulatedTransactions(Simulation sim) {
    this.sim = sim;
    this.random = sim.random;
    this.model = sim.model;
  }

  private MvccTransactionManager manager() {
    return sim.store.manager();
  }

  void opened() {
    flushedGenerations.clear();
  }

  void flushed(long lastRevision, long bytes) {
    flushedGenerations.add(new long[] {lastRevision, bytes});
  }

  // Interactive transactions.

  void begin() {
    Isolation isolation = List.of(Isolation.values()).get(random.nextInt(5) / 2);
    boolean past = isolation == Isolation.READ_ONLY && random.nextInt(3) > 0;
    long revision = past ? model.someRevision(random) : model.visible();
    ReadPoint point = past ? new ReadPoint.AtRevision(new Revision(revision)) : ReadPoint.LATEST;
    sim.note(isolation + " at " + revision);
    ErrorCode refusal =
        sim.open.size() == Simulation.MAX_OPEN
            ? ErrorCode.TOO_MANY_TRANSACTIONS
            : past ? sim.refusal(revision) : null;
    TransactionOptions options = TransactionOptions.DEFAULTS.with(isolation).with(TIMEOUT);
    Simulation.Outcome<Transaction> outcome = sim.attempt(() -> manager().begin(options, point));
    assertThat(outcome.code()).isEqualTo(refusal);
    if (refusal == null) {
      Transaction real = outcome.get();
      assertThat(real.readRevision().value()).isEqualTo(revision);
      long deadline = sim.clock.nanoTime() + TIMEOUT.toNanos();
      sim.open.add(new Simulation.Open(real, new ModelTransaction(isolation, revision, deadline)));
    } else {
      sim.count(refusal.name());
    }
  }

  private Simulation.@Nullable Open some() {
    return sim.open.isEmpty() ? null : sim.open.get(random.nextInt(sim.open.size()));
  }

  /** Expects what an overdue transaction answers, and forgets it. */
  private boolean isExpired(Simulation.Open transaction, @Nullable ErrorCode code) {
    if (sim.clock.nanoTime() <= transaction.twin().deadlineNanos) {
      return false;
    }
    assertThat(code).as("an overdue transaction").isEqualTo(ErrorCode.TRANSACTION_EXPIRED);
    assertThat(transaction.real().state()).isEqualTo(TransactionState.EXPIRED);
    sim.open.remove(transaction);
    sim.count("TRANSACTION_EXPIRED");
    return true;
  }

  void step() {
    Simulation.Open transaction = some();
    if (transaction == null) {
      return;
    }
    sim.note(transaction.twin().isolation + " of " + transaction.twin().snapshot);
    switch (random.nextInt(8)) {
      case 0, 1 -> get(transaction);
      case 2, 3, 4, 5 -> write(transaction);
      default -> scan(transaction);
    }
  }

  private void get(Simulation.Open transaction) {
    Key key = sim.someKey();
    sim.note("get " + key);
    ModelTransaction twin = transaction.twin();
    Simulation.Outcome<Optional<Entry>> outcome =
        sim.attempt(() -> Optional.ofNullable(transaction.real().get(key)));
    if (isExpired(transaction, outcome.code()) || isTooLong(twin, outcome.code())) {
      return;
    }
    twin.operations++;
    assertThat(outcome.get().orElse(null)).as("get %s", key).isEqualTo(twin.get(model, key));
  }

  private boolean isTooLong(ModelTransaction twin, @Nullable ErrorCode code) {
    if (twin.operations < Simulation.MAX_OPERATIONS) {
      return false;
    }
    assertThat(code).isEqualTo(ErrorCode.TRANSACTION_TOO_LARGE);
    return true;
  }

  private void scan(Simulation.Open transaction) {
    ModelTransaction twin = transaction.twin();
    boolean goOn = twin.rest != null && random.nextBoolean();
    boolean reverse = goOn ? twin.restReverse : random.nextBoolean();
    KeyRange range = goOn && twin.rest != null ? twin.rest : sim.someRange();
    ScanOptions options =
        new ScanOptions(
            1 + random.nextInt(5),
            random.nextInt(3) == 0 ? 1 + random.nextInt(80) : Long.MAX_VALUE,
            reverse);
    sim.note("scan " + range + " " + options);
    Simulation.Outcome<ScanPage> outcome =
        sim.attempt(() -> transaction.real().scan(range, options));
    if (isExpired(transaction, outcome.code()) || isTooLong(twin, outcome.code())) {
      return;
    }
    twin.operations++;
    ScanPage page = outcome.get();
    checkPage(twin, range, options, page);
    twin.rest = page.rest();
    twin.restReverse = reverse;
  }

  private void checkPage(
      ModelTransaction twin, KeyRange range, ScanOptions options, ScanPage page) {
    List<Entry> all = twin.scan(model, range, options.reverse());
    List<Entry> expected = ModelTransaction.firstPage(all, options);
    assertThat(page.entries()).as("scan of %s with %s", range, options).isEqualTo(expected);
    KeyRange rest = page.rest();
    List<Entry> left = all.subList(expected.size(), all.size());
    if (rest == null) {
      assertThat(left).as("left of %s, although the scan said it is done", range).isEmpty();
    } else {
      assertThat(twin.scan(model, rest, options.reverse())).as("rest %s", rest).isEqualTo(left);
    }
    twin.hasRead(range, rest, options.reverse());
  }

  private void write(Simulation.Open transaction) {
    Key key = sim.someKey();
    Optional<Value> value = someWrite();
    sim.note(value.isPresent() ? "put " + key : "delete " + key);
    ModelTransaction twin = transaction.twin();
    Simulation.Outcome<String> outcome =
        sim.attempt(
            () -> {
              write(transaction.real(), key, value);
              return "";
            });
    boolean valueTooLarge = value.map(Value::length).orElse(0) > Simulation.MAX_VALUE_BYTES;
    if (valueTooLarge) {
      assertThat(outcome.code()).isEqualTo(ErrorCode.VALUE_TOO_LARGE);
    } else if (isExpired(transaction, outcome.code())) {
      return;
    } else if (twin.isolation == Isolation.READ_ONLY) {
      assertThat(outcome.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST);
    } else if (twin.bytesAfter(key, value) > Simulation.MAX_TRANSACTION_BYTES
        || twin.operations >= Simulation.MAX_OPERATIONS) {
      assertThat(outcome.code()).isEqualTo(ErrorCode.TRANSACTION_TOO_LARGE);
      sim.count("TRANSACTION_TOO_LARGE");
    } else {
      assertThat(outcome.code()).isNull();
      twin.write(key, value);
    }
  }

  private Optional<Value> someWrite() {
    if (random.nextInt(4) == 0) {
      return Optional.empty();
    }
    boolean tooLarge = random.nextInt(40) == 0;
    return Optional.of(
        tooLarge ? Value.wrap(new byte[Simulation.MAX_VALUE_BYTES + 1], null) : sim.someValue());
  }

  private static void write(WriteView view, Key key, Optional<Value> value) {
    if (value.isPresent()) {
      view.put(key, value.get());
    } else {
      view.delete(key);
    }
  }

  void commit() {
    Simulation.Open transaction = some();
    if (transaction == null) {
      return;
    }
    ModelTransaction twin = transaction.twin();
    if (twin.writes().isEmpty() && random.nextInt(4) > 0) {
      return;
    }
    sim.note(twin.isolation + " of " + twin.snapshot + " writing " + twin.writes().keySet());
    boolean stalled = isStalled();
    boolean tooOld = isTooOld(twin);
    boolean conflicts = twin.conflicts(model);
    List<Write> changes = twin.changes(model);
    sim.willCommit(changes);
    Simulation.Outcome<CommitResult> outcome = sim.attempt(transaction.real()::commit);
    if (isExpired(transaction, outcome.code())) {
      sim.didNotCommit();
      return;
    }
    if (stalled && !changes.isEmpty()) {
      sim.didNotCommit();
      assertThat(outcome.code()).isEqualTo(ErrorCode.WRITE_STALL);
      assertThat(transaction.real().state()).isEqualTo(TransactionState.ACTIVE);
      sim.count("WRITE_STALL");
      return; // it stays open
    }
    sim.open.remove(transaction);
    if (twin.writes().isEmpty()) {
      sim.didNotCommit();
      assertThat(outcome.get())
          .isEqualTo(new CommitResult.Committed(new Revision(twin.snapshot), false));
    } else {
      checkResult(twin, outcome.get(), !changes.isEmpty(), tooOld, conflicts);
    }
    Simulation.Outcome<CommitResult> again = sim.attempt(transaction.real()::commit);
    assertThat(again.code()).isEqualTo(ErrorCode.TRANSACTION_FINISHED);
  }

  private void checkResult(
      ModelTransaction twin,
      CommitResult result,
      boolean changes,
      boolean tooOld,
      boolean conflicts) {
    switch (result) {
      case CommitResult.Committed committed -> {
        assertThat(committed.wrote()).isEqualTo(changes);
        assertThat(conflicts).as("a commit that had to be refused").isFalse();
        assertThat(tooOld).as("a commit that could not be checked").isFalse();
        if (changes) {
          sim.committed(committed.revision().value());
          sim.count("committed " + twin.isolation);
        } else {
          sim.didNotCommit();
          assertThat(committed.revision().value()).isEqualTo(twin.snapshot);
        }
      }
      case CommitResult.Conflicted conflicted -> {
        sim.didNotCommit();
        assertThat(conflicted.conflicts()).isNotEmpty();
        if (tooOld) {
          assertThat(conflicted.conflicts().getFirst().kind()).isEqualTo(ConflictKind.TOO_OLD);
          sim.count("TOO_OLD");
        } else {
          assertThat(conflicts).as("refused for no reason: %s", conflicted).isTrue();
          assertThat(conflicted.conflicts())
              .as("reported conflicts")
              .allMatch(conflict -> twin.explains(model, conflict));
          conflicted.conflicts().forEach(conflict -> sim.count(conflict.kind().name()));
        }
      }
    }
  }

  private boolean isStalled() {
    return sim.store.store().overlayBytes() >= sim.settings.overlay().maxBytes();
  }

  /** Whether the store has forgotten commits after the snapshot; only the bound excuses that. */
  private boolean isTooOld(ModelTransaction twin) {
    if (twin.writes().isEmpty()
        || twin.snapshot >= sim.store.store().commits().conflictFloor().value()) {
      return false;
    }
    long bytes = 0;
    for (long[] generation : flushedGenerations) {
      bytes += generation[0] > twin.snapshot ? generation[1] : 0;
    }
    assertThat(bytes)
        .as("bytes of recent commits that had to be forgotten")
        .isGreaterThan(sim.settings.overlay().flushBytes());
    return true;
  }

  void end() {
    Simulation.Open transaction = some();
    if (transaction == null) {
      return;
    }
    if (random.nextBoolean()) {
      transaction.real().close();
      sim.open.remove(transaction);
      return;
    }
    Simulation.Outcome<String> outcome =
        sim.attempt(
            () -> {
              transaction.real().rollback();
              return "";
            });
    if (!isExpired(transaction, outcome.code())) {
      assertThat(outcome.code()).isNull();
      sim.open.remove(transaction);
    }
  }

  void expire() {
    sim.clock.moveNanos(Duration.ofMillis(random.nextInt(9_000)).toNanos());
    if (random.nextBoolean()) {
      return; // found out when they are used
    }
    List<Simulation.Open> overdue =
        sim.open.stream().filter(open -> sim.clock.nanoTime() > open.twin().deadlineNanos).toList();
    assertThat(manager().expireOverdue()).isEqualTo(overdue.size());
    sim.open.removeAll(overdue);
  }

  // Closures.

  void execute() {
    execute(List.of(), false);
  }

  /** Runs a closure and keeps outcomes with it, unless making them fails. */
  void execute(List<OutcomeRecord> outcomes, boolean outcomesFail) {
    boolean stalled = isStalled();
    Isolation isolation = random.nextBoolean() ? Isolation.SERIALIZABLE : Isolation.SNAPSHOT;
    ModelTransaction twin = new ModelTransaction(isolation, model.visible(), Long.MAX_VALUE);
    boolean givesUp = random.nextInt(10) == 0;
    boolean onlyReads = !outcomes.isEmpty() && random.nextInt(3) == 0;
    try {
      Simulation.Outcome<Executed<Long>> outcome =
          sim.attempt(
              () ->
                  manager()
                      .execute(
                          TransactionOptions.DEFAULTS.with(isolation),
                          view -> work(view, twin, onlyReads, givesUp),
                          ahead -> checkAhead(ahead, twin, outcomes, outcomesFail)));
      checkExecuted(twin, outcome, stalled, !outcomes.isEmpty());
    } catch (GivenUp _) {
      sim.didNotCommit();
    }
  }

  private List<OutcomeRecord> checkAhead(
      Executed<Long> ahead,
      ModelTransaction twin,
      List<OutcomeRecord> outcomes,
      boolean outcomesFail) {
    assertThat(ahead.revision().value()).isEqualTo(twin.snapshot);
    List<Write> changes = twin.changes(model);
    assertThat(ahead.wrote()).isEqualTo(!changes.isEmpty());
    if (outcomesFail) {
      throw new GivenUp();
    }
    sim.willCommit(changes, outcomes);
    return outcomes;
  }

  private long work(WriteView view, ModelTransaction twin, boolean onlyReads, boolean givesUp) {
    for (int i = random.nextInt(6); i >= 0; i--) {
      Key key = sim.someKey();
      switch (random.nextInt(onlyReads ? 2 : 5)) {
        case 0 -> assertThat(view.get(key)).isEqualTo(twin.get(model, key));
        case 1 -> {
          KeyRange range = sim.someRange();
          ScanOptions options = new ScanOptions(1 + random.nextInt(5), 100, random.nextBoolean());
          checkPage(twin, range, options, view.scan(range, options));
        }
        default -> {
          Optional<Value> value =
              random.nextInt(4) == 0 ? Optional.empty() : Optional.of(sim.someValue());
          if (twin.bytesAfter(key, value) <= Simulation.MAX_TRANSACTION_BYTES) {
            write(view, key, value);
            twin.write(key, value);
          }
        }
      }
    }
    sim.note("writing " + twin.writes().keySet());
    if (givesUp) {
      throw new GivenUp();
    }
    return view.readRevision().value();
  }

  private void checkExecuted(
      ModelTransaction twin,
      Simulation.Outcome<Executed<Long>> outcome,
      boolean stalled,
      boolean keeps) {
    boolean changes = !twin.changes(model).isEmpty();
    if (stalled && (keeps || changes)) {
      assertThat(outcome.code()).isEqualTo(ErrorCode.WRITE_STALL);
      sim.didNotCommit();
      return;
    }
    Executed<Long> executed = outcome.get();
    assertThat(executed.result()).isEqualTo(twin.snapshot);
    assertThat(executed.attempts()).isEqualTo(1);
    assertThat(executed.wrote()).isEqualTo(changes);
    if (!executed.wrote()) {
      assertThat(executed.revision().value()).isEqualTo(twin.snapshot);
    }
    if (executed.wrote()) {
      sim.committed(executed.revision().value());
    } else if (keeps) {
      sim.committed(sim.store.store().visible().value()); // a commit of outcomes alone
    } else {
      sim.didNotCommit();
    }
  }

  // Bulk loads.

  void bulk() {
    int entries = 1 + random.nextInt(40);
    sim.note(entries + " entries");
    List<AdaptiveBatchChunk> told = new ArrayList<>();
    AdaptiveBatchWriter writer = manager().bulkWriter(random.nextInt(80), "load", told::add);
    List<Write> chunk = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      Key key = sim.someKey();
      Optional<Value> value =
          random.nextInt(5) == 0 ? Optional.empty() : Optional.of(sim.someValue());
      chunk.add(new Write(key, value.orElse(null)));
      sim.clock.moveNanos(1 + random.nextInt(2_000));
      boolean stalled = isStalled();
      sim.willCommit(model.changes(chunk));
      int before = told.size();
      Simulation.Outcome<String> outcome =
          sim.attempt(
              () -> {
                if (value.isPresent()) {
                  writer.put(key, value.get());
                } else {
                  writer.delete(key);
                }
                return "";
              });
      if (outcome.code() != null) {
        assertThat(outcome.code()).isEqualTo(ErrorCode.WRITE_STALL);
        assertThat(stalled).isTrue();
        sim.didNotCommit();
        return;
      }
      Revision ordered = sim.store.store().commits().lastOrdered();
      if (ordered.value() > model.visible()) {
        // The writer goes on while the log is written; the simulation does one thing at a time.
        sim.awaitVisible(ordered);
        sim.committed(ordered.value());
      }
      if (told.size() > before) {
        chunk.clear();
      }
      sim.didNotCommit();
    }
    finish(writer, chunk, entries, told);
  }

  private void finish(
      AdaptiveBatchWriter writer, List<Write> chunk, int entries, List<AdaptiveBatchChunk> told) {
    boolean stalled = isStalled();
    Collection<Write> changes = model.changes(chunk);
    int chunks = told.size() + (chunk.isEmpty() ? 0 : 1);
    sim.willCommit(changes);
    Simulation.Outcome<AdaptiveBatchReport> outcome = sim.attempt(writer::finish);
    if (stalled && !changes.isEmpty()) {
      assertThat(outcome.code()).isEqualTo(ErrorCode.WRITE_STALL);
      sim.didNotCommit();
      return;
    }
    AdaptiveBatchReport report = outcome.get();
    if (changes.isEmpty()) {
      sim.didNotCommit();
    } else {
      sim.committed(report.revision().value());
    }
    assertThat(report.entries()).isEqualTo(entries);
    assertThat(told).hasSize(chunks);
    assertThat(report.chunks()).isEqualTo(chunks);
    assertThat(report.revision().value()).isEqualTo(model.visible());
    sim.count("bulk load");
  }
}
