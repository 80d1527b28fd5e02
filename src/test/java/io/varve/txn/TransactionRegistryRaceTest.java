package io.varve.txn;

import static io.varve.txn.ControlledManager.SERIALIZABLE;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.StoreException;
import io.varve.model.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Calls to one transaction at the same moment: it ends in one way, everybody is told that one, and
 * nothing of it is left.
 */
@Timeout(120)
final class TransactionRegistryRaceTest {
  private static final String NOBODY = "";

  private static final int ROUNDS = 400;
  private static final Key KEY = Key.of("a");
  private static final Duration KEEP = Duration.ofDays(1);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // by start, the first thing in each test
  private ControlledManager manager;

  @SuppressWarnings("NullAway.Init") // the same
  private TransactionRegistry registry;

  private void start(Durability durability) {
    manager = ControlledManager.in(directory).with(durability).start();
    registry =
        new TransactionRegistry(
            manager.store,
            manager.transactions,
            new RegistrySettings(
                Duration.ofMinutes(1), 1 << 20, KEEP, 10 * ROUNDS, Duration.ofMinutes(1)),
            new Random(7),
            () -> Instant.ofEpochMilli(manager.clockMs.get()));
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** What one of those that meet does; returns what it was told. */
  private interface Racer {
    Object run(String id);
  }

  private Object commit(String id) {
    try {
      return registry.commit(of(id), _ -> {}, _ -> List.of());
    } catch (StoreException e) {
      return e.code();
    }
  }

  private Object rollback(String id) {
    try {
      registry.rollback(of(id));
      return TransactionState.ROLLED_BACK;
    } catch (StoreException e) {
      return e.code();
    }
  }

  private Object call(String id) {
    try {
      return registry.call(
          of(id),
          view -> {
            view.put(Key.of("b"), Value.of("x".repeat(100)));
            return String.valueOf(view.get(KEY));
          });
    } catch (StoreException e) {
      return e.code();
    }
  }

  private Object expire(String id) {
    return registry.expireOverdue();
  }

  /** Asks until it is over; it must never hear of two ends, or of one that is not whole. */
  private Object ask(String id) {
    Set<TransactionState> ends = EnumSet.noneOf(TransactionState.class);
    for (int i = 0; i < 200 && ends.isEmpty(); i++) {
      TransactionStatus status = registry.status(of(id));
      switch (status.state()) {
        case ACTIVE, COMMITTING -> assertThat(status.lease()).isNotNull();
        case COMMITTED -> {
          assertThat(status.commit()).isNotNull();
          ends.add(status.state());
        }
        case CONFLICTED -> {
          assertThat(status.conflicts()).isNotEmpty();
          ends.add(status.state());
        }
        case ROLLED_BACK, EXPIRED -> ends.add(status.state());
      }
    }
    return ends;
  }

  private List<Object> meet(ExecutorService executor, String id, List<Racer> racers)
      throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(racers.size());
    List<Future<Object>> running = new ArrayList<>();
    for (Racer racer : racers) {
      running.add(
          executor.submit(
              () -> {
                barrier.await();
                return racer.run(id);
              }));
    }
    List<Object> told = new ArrayList<>();
    for (Future<Object> one : running) {
      told.add(one.get());
    }
    return told;
  }

  private String beginAndWrite(String value) {
    String id = registry.begin(NOBODY, SERIALIZABLE, ReadPoint.LATEST).id();
    registry.call(
        of(id),
        view -> {
          view.put(KEY, Value.of(value));
          return "";
        });
    return id;
  }

  private void checkEnd(String id, String value, List<Object> asked) {
    TransactionStatus status = registry.status(of(id));
    TransactionState state = status.state();
    assertThat(value.equals(manager.value("a")))
        .as("written, and %s", state)
        .isEqualTo(state == TransactionState.COMMITTED);
    for (Object ends : asked) {
      if (ends instanceof Set<?> seen) {
        assertThat(Set.<Object>of(state)).as("the one end").containsAll(seen);
      }
    }
    assertThat(registry.openCount()).isZero();
    assertThat(registry.openBytes()).isZero();
    assertThat(manager.store.status().openSnapshots()).isZero();
    assertThat(manager.transactions.activeTransactions()).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void commitAgainstExpiry(Durability durability) throws Exception {
    start(durability);
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < ROUNDS; round++) {
        String id = beginAndWrite("v" + round);
        // It becomes overdue at the very moment at which it is committed.
        Racer late =
            given -> {
              manager.nanoTime.addAndGet(Duration.ofMinutes(1).toNanos());
              return expire(given);
            };
        List<Object> told =
            meet(executor, id, List.of(this::commit, late, this::expire, this::ask));

        TransactionState state = registry.status(of(id)).state();
        assertThat(state).isIn(TransactionState.COMMITTED, TransactionState.EXPIRED);
        if (state == TransactionState.COMMITTED) {
          assertThat(told.getFirst()).isEqualTo(registry.status(of(id)).commit());
        } else {
          assertThat(told.getFirst()).isEqualTo(ErrorCode.TRANSACTION_EXPIRED);
        }
        checkEnd(id, "v" + round, told);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void commitAgainstCommit(Durability durability) throws Exception {
    start(durability);
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < ROUNDS; round++) {
        String id = beginAndWrite("v" + round);
        long before = manager.store.visible().value();

        List<Object> told =
            meet(executor, id, List.of(this::commit, this::commit, this::commit, this::ask));

        CommittedTransaction done = registry.status(of(id)).commit();
        assertThat(done).isNotNull();
        assertThat(done.revision().value()).isEqualTo(before + 1);
        assertThat(manager.store.visible()).as("one commit").isEqualTo(done.revision());
        assertThat(told.subList(0, 3)).isSubsetOf(done, ErrorCode.TRANSACTION_BUSY).contains(done);
        checkEnd(id, "v" + round, told);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void callAgainstRollback(Durability durability) throws Exception {
    start(durability);
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < ROUNDS; round++) {
        String id = beginAndWrite("v" + round);

        List<Object> told =
            meet(executor, id, List.of(this::call, this::rollback, this::call, this::ask));

        assertThat(told.get(1)).isIn(TransactionState.ROLLED_BACK, ErrorCode.TRANSACTION_BUSY);
        for (int i = 0; i < 3; i += 2) {
          assertThat(told.get(i))
              .satisfiesAnyOf(
                  result -> assertThat(result).isInstanceOf(String.class),
                  code ->
                      assertThat(code)
                          .isIn(ErrorCode.TRANSACTION_BUSY, ErrorCode.TRANSACTION_FINISHED));
        }
        assertThat(rollback(id)).isEqualTo(TransactionState.ROLLED_BACK);
        checkEnd(id, "v" + round, told);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everythingAtOnce(Durability durability) throws Exception {
    start(durability);
    try (ExecutorService executor = Executors.newFixedThreadPool(6)) {
      for (int round = 0; round < ROUNDS; round++) {
        String id = beginAndWrite("v" + round);
        List<Racer> racers =
            List.of(this::call, this::commit, this::rollback, this::expire, this::ask, this::late);

        List<Object> told = meet(executor, id, racers);

        if (registry.status(of(id)).state() == TransactionState.ACTIVE) {
          assertThat(rollback(id)).isEqualTo(TransactionState.ROLLED_BACK);
        }
        checkEnd(id, "v" + round, told);
      }
    }
  }

  private Object late(String id) {
    manager.nanoTime.addAndGet(Duration.ofMinutes(1).toNanos());
    return call(id);
  }

  private static TransactionRef of(String id) {
    return new TransactionRef(NOBODY, id);
  }
}
