package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import io.varve.model.Value;
import io.varve.mvcc.Write;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests for {@link AdaptiveBatchWriter}. */
@Timeout(60)
final class AdaptiveBatchWriterTest {
  /** Chunks of exactly two entries, or of 100 bytes. */
  private static final AdaptiveBatchSettings PAIRS =
      new AdaptiveBatchSettings(2, 2, 2, 2, 100, 0.08, 0.15, 0.30, 2);

  private static final TransactionLimits LIMITS = new TransactionLimits(8, 200, 10, 1_000, 10);

  @TempDir Path directory;

  private final AtomicLong nanoTime = new AtomicLong();
  private final List<List<Write>> chunks = new ArrayList<>();
  private final List<Revision> awaited = new ArrayList<>();
  private boolean fails;

  private AdaptiveBatchWriter writer(AdaptiveBatchSettings settings) {
    return new AdaptiveBatchWriter(
        this::commit, new AdaptiveBatch(settings, 0), LIMITS, nanoTime::get);
  }

  private Supplier<Revision> commit(List<Write> writes) {
    if (fails) {
      throw StoreErrors.shuttingDown();
    }
    chunks.add(writes);
    nanoTime.addAndGet(1_000_000_000);
    Revision revision = new Revision(10L + chunks.size());
    return () -> {
      awaited.add(revision);
      return revision;
    };
  }

  /** The next chunk is put in order before the one on its way is waited for. */
  @Test
  void put_oneChunkIsUnderWay() {
    AdaptiveBatchWriter writer = writer(PAIRS);

    writer.put(Key.of("a"), Value.of("1"));
    writer.put(Key.of("b"), Value.of("2"));
    assertThat(chunks).hasSize(1);
    assertThat(awaited).isEmpty();
    writer.put(Key.of("c"), Value.of("3"));
    writer.put(Key.of("d"), Value.of("4"));
    assertThat(chunks).hasSize(2);
    assertThat(awaited).containsExactly(new Revision(11));

    assertThat(writer.finish().revision()).isEqualTo(new Revision(12));
    assertThat(awaited).containsExactly(new Revision(11), new Revision(12));
  }

  private static Write write(String key, String value) {
    return new Write(Key.of(key), Value.of(value));
  }

  @Test
  void put_commitsFullChunks() {
    AdaptiveBatchWriter writer = writer(PAIRS);

    writer.put(Key.of("a"), Value.of("1"));
    assertThat(chunks).isEmpty();
    writer.put(Key.of("b"), Value.of("2"));
    writer.put(Key.of("c"), Value.of("3"));
    assertThat(chunks).containsExactly(List.of(write("a", "1"), write("b", "2")));

    writer.finish();
    assertThat(chunks).last().isEqualTo(List.of(write("c", "3")));
  }

  @Test
  void put_lastWriteWinsWithinAChunk() {
    AdaptiveBatchWriter writer = writer(PAIRS);

    writer.put(Key.of("a"), Value.of("1"));
    writer.delete(Key.of("a"));
    writer.put(Key.of("a"), Value.of("2"));
    writer.delete(Key.of("b"));

    assertThat(chunks).containsExactly(List.of(write("a", "2"), new Write(Key.of("b"), null)));
    assertThat(writer.finish().entries()).isEqualTo(4);
  }

  @Test
  void put_endsAChunkAtItsBytes() {
    AdaptiveBatchWriter writer = writer(PAIRS);

    writer.put(Key.of("a"), Value.of("x".repeat(99)));
    writer.put(Key.of("b"), Value.of("x".repeat(98)));
    writer.put(Key.of("c"), Value.of("x".repeat(1)));

    assertThat(chunks).hasSize(2);
    assertThat(chunks.getFirst()).hasSize(1);
    assertThat(chunks.getLast()).hasSize(2);
  }

  @Test
  void put_replacedBytesDoNotCount() {
    AdaptiveBatchWriter writer = writer(PAIRS);

    for (int i = 0; i < 10; i++) {
      writer.put(Key.of("a"), Value.of("x".repeat(90)));
    }

    assertThat(chunks).isEmpty();
  }

  @Test
  void put_overTheLimits() {
    AdaptiveBatchWriter writer = writer(PAIRS);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> writer.put(Key.of("123456789"), Value.of("")))
        .returns(ErrorCode.KEY_TOO_LARGE, StoreException::code);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> writer.delete(Key.of("123456789")))
        .returns(ErrorCode.KEY_TOO_LARGE, StoreException::code);
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> writer.put(Key.of("a"), Value.of("x".repeat(201))))
        .returns(ErrorCode.VALUE_TOO_LARGE, StoreException::code);
    assertThat(writer.finish().entries()).isZero();
  }

  @Test
  void put_failingChunk() {
    AdaptiveBatchWriter writer = writer(PAIRS);
    writer.put(Key.of("a"), Value.of("1"));
    writer.put(Key.of("b"), Value.of("1"));
    writer.put(Key.of("c"), Value.of("1"));
    fails = true;

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> writer.put(Key.of("d"), Value.of("1")))
        .returns(ErrorCode.SHUTTING_DOWN, StoreException::code);
    assertThat(chunks).hasSize(1);

    fails = false;
    assertThat(writer.finish().chunks()).as("a failed chunk is not tried again").isEqualTo(1);
    assertThat(chunks).hasSize(1);
  }

  @Test
  void finish_withoutEntries() {
    assertThat(writer(PAIRS).finish())
        .isEqualTo(new AdaptiveBatchReport(0, 0, 2, 0, 0, 0, 0, 0, Revision.ZERO));
  }

  @Test
  void finish_reports() {
    AdaptiveBatchWriter writer = writer(PAIRS);
    writer.put(Key.of("a"), Value.of("1"));
    writer.put(Key.of("b"), Value.of("1"));
    writer.put(Key.of("c"), Value.of("1"));
    nanoTime.addAndGet(1_000_000_000);

    AdaptiveBatchReport report = writer.finish();

    // 2 entries in one second, then 1 in two: rates 2 and 0.5, mean 1.25, deviation 0.75.
    assertThat(report.entries()).isEqualTo(3);
    assertThat(report.chunks()).isEqualTo(2);
    assertThat(report.finalChunk()).isEqualTo(2);
    assertThat(report.averageRate()).isEqualTo(1.25, within(1e-9));
    assertThat(report.windowRate()).isEqualTo(1.25, within(1e-9));
    assertThat(report.bestRate()).isEqualTo(2, within(1e-9));
    assertThat(report.standardDeviation()).isEqualTo(0.75, within(1e-9));
    assertThat(report.rsd()).isEqualTo(0.6, within(1e-9));
    assertThat(report.revision()).isEqualTo(new Revision(12));
  }

  /** A chunk is told of when it is on its way, after the one before it was waited for. */
  @Test
  void listener_hearsOfEachChunk() {
    List<AdaptiveBatchChunk> heard = new ArrayList<>();
    AdaptiveBatchWriter writer =
        new AdaptiveBatchWriter(
            this::commit, new AdaptiveBatch(PAIRS, 0), LIMITS, nanoTime::get, heard::add);

    writer.put(Key.of("a"), Value.of("1"));
    writer.put(Key.of("a"), Value.of("2"));
    assertThat(heard).isEmpty();
    writer.put(Key.of("b"), Value.of("1"));
    assertThat(heard).hasSize(1);
    assertThat(awaited).isEmpty();
    AdaptiveBatchChunk first = heard.getFirst();
    assertThat(first.number()).isEqualTo(1);
    assertThat(first.entries()).as("lines, not keys").isEqualTo(3);
    assertThat(first.rate()).isEqualTo(2, within(1e-9));
    assertThat(first.rsd()).isZero();
    assertThat(first.revision().get()).isEqualTo(new Revision(11));
    assertThat(first.revision().get()).isEqualTo(new Revision(11));
    assertThat(awaited).as("it is waited for once").containsExactly(new Revision(11));

    writer.put(Key.of("c"), Value.of("1"));
    nanoTime.addAndGet(1_000_000_000);
    writer.finish();
    assertThat(awaited).containsExactly(new Revision(11), new Revision(12));
    AdaptiveBatchChunk second = heard.getLast();
    assertThat(second.number()).isEqualTo(2);
    assertThat(second.entries()).isEqualTo(1);
    assertThat(second.rate()).isEqualTo(0.5, within(1e-9));
    assertThat(second.rsd()).isEqualTo(0.6, within(1e-9));
    assertThat(second.revision().get()).isEqualTo(new Revision(12));
  }

  @Test
  void listener_chunkThatIsRefused() {
    List<AdaptiveBatchChunk> heard = new ArrayList<>();
    AdaptiveBatchWriter writer =
        new AdaptiveBatchWriter(
            this::commit, new AdaptiveBatch(PAIRS, 0), LIMITS, nanoTime::get, heard::add);
    writer.put(Key.of("a"), Value.of("1"));
    fails = true;

    StoreFailure.expect(ErrorCode.SHUTTING_DOWN, () -> writer.put(Key.of("b"), Value.of("1")));
    assertThat(heard).isEmpty();
  }

  /** Whoever is told of a chunk may wait for it while the writer goes on. */
  @Test
  void bulkWriter_anotherThreadWaitsForAChunk() throws Exception {
    var settings = settingsWith(PAIRS);
    try (ControlledManager manager =
        ControlledManager.in(directory).with(Durability.SYNC_ON_COMMIT).with(settings).start()) {
      ControlledStorage.Hold hold = manager.storage.holdNextLogWrite();
      List<AdaptiveBatchChunk> heard = new ArrayList<>();
      AdaptiveBatchWriter writer = manager.transactions.bulkWriter(0, null, heard::add);
      writer.put(Key.of("a"), Value.of("1"));
      writer.put(Key.of("b"), Value.of("1"));
      FutureTask<Revision> waiting = new FutureTask<>(() -> heard.getFirst().revision().get());
      Thread thread = Thread.ofVirtual().start(waiting);
      hold.awaitEntered();
      await().until(() -> thread.getState() == Thread.State.WAITING);
      assertThat(manager.transactions.visible()).isEqualTo(Revision.ZERO);

      hold.release();

      assertThat(waiting.get()).isEqualTo(new Revision(1));
      assertThat(manager.transactions.visible()).isEqualTo(new Revision(1));
    }
  }

  @Test
  void bulkWriter_unfinishedDropsTheChunkInTheMaking() {
    var settings = settingsWith(PAIRS);
    try (ControlledManager manager = ControlledManager.in(directory).with(settings).start()) {
      AdaptiveBatchWriter writer = manager.transactions.bulkWriter(0, null);
      writer.put(Key.of("a"), Value.of("1"));
      writer.put(Key.of("b"), Value.of("1"));
      writer.put(Key.of("c"), Value.of("1"));

      assertThat(manager.value("c")).isNull();
      manager.put("d", "1");
      assertThat(manager.value("b")).isEqualTo("1");
      assertThat(manager.value("c")).isNull();
    }
  }

  @Test
  void requireWritable_whatAWriteWouldHear() {
    ControlledManager manager =
        ControlledManager.in(directory).with(Durability.SYNC_ON_COMMIT).start();
    try (manager) {
      manager.transactions.requireWritable();
      manager.storage.failLogWrites();
      StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> manager.put("a", "1"));
      StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, manager.transactions::requireWritable);
    }
    StoreFailure.expect(ErrorCode.SHUTTING_DOWN, manager.transactions::requireWritable);
  }

  @Test
  void bulkWriter_aChunkIsOneCommit() {
    var settings = settingsWith(PAIRS);
    try (ControlledManager manager = ControlledManager.in(directory).with(settings).start()) {
      AdaptiveBatchWriter writer = manager.transactions.bulkWriter(0, "load");
      writer.put(Key.of("a"), Value.of("1"));
      writer.put(Key.of("b"), Value.of("1"));
      writer.put(Key.of("a"), Value.of("2"));
      AdaptiveBatchReport report = writer.finish();

      assertThat(report.chunks()).isEqualTo(2);
      assertThat(report.revision()).isEqualTo(manager.transactions.visible());
      assertThat(manager.storage.logged()).containsExactly(List.of(1L), List.of(2L));
      assertThat(manager.value("a")).isEqualTo("2");
      manager.transactions.read(
          new ReadPoint.AtRevision(new Revision(1)),
          view -> {
            assertThat(ControlledManager.get(view, "a")).isEqualTo("1");
            assertThat(ControlledManager.get(view, "b")).isEqualTo("1");
            return true;
          });
      assertThat(manager.transactions.activeTransactions()).isZero();
    }
  }

  @Test
  void bulkWriter_failingChunkLeavesEarlierOnes() {
    var settings = settingsWith(PAIRS);
    try (ControlledManager manager =
        ControlledManager.in(directory).with(Durability.SYNC_ON_COMMIT).with(settings).start()) {
      AdaptiveBatchWriter writer = manager.transactions.bulkWriter(0, null);
      writer.put(Key.of("a"), Value.of("1"));
      writer.put(Key.of("b"), Value.of("1"));
      writer.put(Key.of("c"), Value.of("1"));
      await().until(() -> manager.transactions.visible().equals(new Revision(1)));
      manager.storage.failLogWrites();
      writer.put(Key.of("d"), Value.of("1"));

      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(writer::finish)
          .returns(ErrorCode.STORE_UNAVAILABLE, StoreException::code);

      assertThat(manager.value("b")).isEqualTo("1");
      assertThat(manager.value("c")).isNull();
      assertThat(manager.value("d")).isNull();
    }
  }

  /** A delete of a key that the chunk before has put is one of something, visible or not yet. */
  @Test
  void bulkWriter_deletesOfNothingMakeNothing() {
    try (ControlledManager manager =
        ControlledManager.in(directory)
            .with(Durability.SYNC_ON_COMMIT)
            .with(settingsWith(PAIRS))
            .start()) {
      AdaptiveBatchWriter nothing = manager.transactions.bulkWriter(0, null);
      nothing.delete(Key.of("a"));
      nothing.delete(Key.of("b"));
      nothing.delete(Key.of("c"));
      assertThat(nothing.finish().revision()).isEqualTo(new Revision(0));
      assertThat(manager.transactions.visible()).isEqualTo(new Revision(0));

      AdaptiveBatchWriter writer = manager.transactions.bulkWriter(0, null);
      writer.put(Key.of("a"), Value.of("1"));
      writer.put(Key.of("b"), Value.of("1"));
      writer.delete(Key.of("b"));
      writer.delete(Key.of("c"));
      assertThat(writer.finish().revision()).isEqualTo(new Revision(2));
      assertThat(manager.value("a")).isEqualTo("1");
      assertThat(manager.value("b")).isNull();
    }
  }

  private static TransactionSettings settingsWith(AdaptiveBatchSettings batch) {
    TransactionSettings defaults = ControlledManager.settings();
    return new TransactionSettings(
        defaults.limits(),
        defaults.maxAttempts(),
        defaults.syncInterval(),
        defaults.stallTimeout(),
        defaults.commitTimeout(),
        batch);
  }
}
