package io.varve.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link OperationGate}. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class OperationGateTest {
  private static final int CALLERS = 8;

  @Test
  void close_withNobodyInside() {
    var gate = new OperationGate();
    gate.exit(gate.enter());

    gate.close();

    assertThatRefuses(gate);
  }

  @Test
  void close_twice() {
    var gate = new OperationGate();
    gate.close();
    gate.close();

    assertThatRefuses(gate);
  }

  @Test
  void close_waitsForWhoIsInside() throws Exception {
    var gate = new OperationGate();
    int first = gate.enter();
    int second = gate.enter();
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<?> closed = executor.submit(gate::close);
      awaitRefusal(gate);

      gate.exit(first);
      assertThat(closed.isDone()).isFalse();
      gate.exit(second);

      closed.get();
    }
  }

  @Test
  void close_waitsForAnEntryThatAnotherThreadLeaves() throws Exception {
    var gate = new OperationGate();
    try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
      int entry = executor.submit(gate::enter).get();
      Future<?> closed = executor.submit(gate::close);
      awaitRefusal(gate);
      assertThat(closed.isDone()).isFalse();

      Thread leaver = Thread.ofPlatform().start(() -> gate.exit(entry));
      leaver.join();

      closed.get();
    }
  }

  @Test
  void close_isNotInterrupted() throws Exception {
    var gate = new OperationGate();
    int entry = gate.enter();
    var interrupted = new AtomicBoolean();
    Thread closer =
        Thread.ofPlatform()
            .start(
                () -> {
                  gate.close();
                  interrupted.set(Thread.currentThread().isInterrupted());
                });
    awaitRefusal(gate);

    closer.interrupt();
    assertThat(closer.isAlive()).isTrue();
    gate.exit(entry);
    closer.join();

    assertThat(interrupted).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void close_neverWhileSomebodyIsInside(boolean virtualThreads) throws Exception {
    for (int round = 0; round < 50; round++) {
      var gate = new OperationGate(round % 2 == 0 ? 1 : CALLERS);
      var closed = new AtomicBoolean();
      var started = new CountDownLatch(CALLERS);
      try (ExecutorService executor =
          virtualThreads
              ? Executors.newVirtualThreadPerTaskExecutor()
              : Executors.newCachedThreadPool()) {
        List<Future<Boolean>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
          callers.add(executor.submit(() -> callUntilRefused(gate, closed, started)));
        }
        started.await();

        gate.close();
        closed.set(true);

        for (Future<Boolean> caller : callers) {
          assertThat(caller.get()).as("closed under a running call").isFalse();
        }
      }
    }
  }

  /** Returns whether a call saw the gate closed. */
  private static boolean callUntilRefused(
      OperationGate gate, AtomicBoolean closed, CountDownLatch started) {
    boolean seen = false;
    try {
      while (true) {
        int entry = gate.enter();
        seen |= closed.get();
        Thread.onSpinWait();
        seen |= closed.get();
        gate.exit(entry);
        started.countDown();
      }
    } catch (StoreException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
      return seen;
    }
  }

  private static void awaitRefusal(OperationGate gate) {
    while (true) {
      try {
        gate.exit(gate.enter());
        Thread.onSpinWait();
      } catch (StoreException _) {
        return;
      }
    }
  }

  private static void assertThatRefuses(OperationGate gate) {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(gate::enter)
        .withMessage("The store is closed.")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
  }
}
