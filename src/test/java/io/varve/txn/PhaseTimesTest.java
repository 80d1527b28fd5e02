package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.Key;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.storage.InMemoryStorageService;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests for {@link PhaseTimes}, and for what a {@link TransactionListener} is told of them. */
final class PhaseTimesTest {
  @TempDir private Path directory;

  /** Each look at the clock takes a nanosecond. */
  private final AtomicLong nanos = new AtomicLong();

  private boolean timed = true;
  private final List<TransactionEnd> ends = new CopyOnWriteArrayList<>();

  private final TransactionListener listener =
      new TransactionListener() {
        @Override
        public boolean begun() {
          return timed;
        }

        @Override
        public void ended(TransactionEnd end) {
          ends.add(end);
        }
      };

  private MvccTransactionManager start(Durability durability) {
    return start(durability, listener);
  }

  private MvccTransactionManager start(Durability durability, TransactionListener hearing) {
    MvccStore store =
        MvccStore.open(
            InMemoryStorageService.create(),
            MvccSettings.defaults(directory).with(durability),
            InstantSource.system(),
            StoreId.of(1),
            MvccListener.NONE);
    return MvccTransactionManager.start(
        store, TransactionSettings.DEFAULTS, nanos::incrementAndGet, new WriteAdmission(), hearing);
  }

  private static List<CommitPhase> phases(TransactionEnd end) {
    return Arrays.stream(CommitPhase.values()).filter(end.phases()::has).toList();
  }

  @ParameterizedTest
  @EnumSource(Durability.class)
  void commit_passesThePhasesOfItsDurability(Durability durability) {
    try (MvccTransactionManager manager = start(durability)) {
      Transaction transaction = manager.begin(TransactionOptions.DEFAULTS);
      transaction.put(Key.of("k"), Value.of("v"));
      var _ = transaction.commit();
    }
    assertThat(ends).hasSize(1);
    TransactionEnd end = ends.getFirst();
    assertThat(end.outcome()).isEqualTo(TransactionOutcome.COMMITTED);
    assertThat(end.operations()).isEqualTo(1);
    if (durability.usesLog()) {
      assertThat(phases(end)).containsExactly(CommitPhase.values());
    } else {
      assertThat(phases(end))
          .containsExactly(
              CommitPhase.ADMIT, CommitPhase.VALIDATE, CommitPhase.QUEUE, CommitPhase.APPLY);
    }
    assertThat(end.phases().sumNanos()).isPositive().isLessThanOrEqualTo(end.nanos());
  }

  /** Whoever watches must not be able to fail a commit, nor to end the thread of the log. */
  @ParameterizedTest
  @EnumSource(Durability.class)
  void listenerThatThrows_changesNothing(Durability durability) {
    TransactionListener broken =
        new TransactionListener() {
          @Override
          public boolean begun() {
            throw new IllegalStateException("begun");
          }

          @Override
          public void ended(TransactionEnd end) {
            throw new IllegalStateException("ended");
          }

          @Override
          public void groupLogged(int commits, long bytes) {
            throw new IllegalStateException("logged");
          }
        };
    try (MvccTransactionManager manager = start(durability, broken)) {
      for (int i = 0; i < 3; i++) {
        Transaction transaction = manager.begin(TransactionOptions.DEFAULTS);
        transaction.put(Key.of("k" + i), Value.of("v"));
        assertThat(transaction.commit()).isInstanceOf(CommitResult.Committed.class);
      }
      assertThat(manager.activeTransactions()).isZero();
    }
  }

  @Test
  void oneThatIsNotTimed_hasNoPhases() {
    timed = false;
    try (MvccTransactionManager manager = start(Durability.SYNC_ON_COMMIT)) {
      Transaction transaction = manager.begin(TransactionOptions.DEFAULTS);
      transaction.put(Key.of("k"), Value.of("v"));
      var _ = transaction.commit();
    }
    TransactionEnd end = ends.getFirst();
    assertThat(end.outcome()).isEqualTo(TransactionOutcome.COMMITTED);
    assertThat(end.isTimed()).isFalse();
    assertThat(end.nanos()).isPositive();
    assertThat(phases(end)).isEmpty();
  }

  @Test
  void readOnlyOne_hasNoPhases() {
    try (MvccTransactionManager manager = start(Durability.FLUSH_ONLY)) {
      Transaction transaction = manager.begin(TransactionOptions.DEFAULTS);
      var _ = transaction.get(Key.of("k"));
      var _ = transaction.commit();
    }
    assertThat(ends.getFirst().outcome()).isEqualTo(TransactionOutcome.COMMITTED);
    assertThat(phases(ends.getFirst())).isEmpty();
  }

  @Test
  void phaseThatComesTwice_isAddedUp() {
    PhaseTimes times = PhaseTimes.start(() -> 100);
    times.endAt(CommitPhase.QUEUE, 110);
    times.endAt(CommitPhase.APPLY, 111);
    times.endAt(CommitPhase.QUEUE, 131);
    assertThat(times.nanos(CommitPhase.QUEUE)).isEqualTo(30);
    assertThat(times.nanos(CommitPhase.APPLY)).isEqualTo(1);
    assertThat(times.has(CommitPhase.WAL)).isFalse();
    assertThat(times.sumNanos()).isEqualTo(31);
  }

  @Test
  void clockThatStepsBack_makesNoNegativeTime() {
    PhaseTimes times = PhaseTimes.start(() -> 100);
    times.endAt(CommitPhase.ADMIT, 90);
    assertThat(times.nanos(CommitPhase.ADMIT)).isZero();
    assertThat(times.has(CommitPhase.ADMIT)).isTrue();
  }
}
