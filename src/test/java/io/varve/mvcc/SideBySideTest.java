package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests for {@link SideBySide}. */
@Timeout(30)
final class SideBySideTest {
  private final RuntimeException here = new IllegalStateException("here");
  private final RuntimeException there = new IllegalArgumentException("there");

  /** Each waits for the other, so neither could end alone. */
  @Test
  void run_atTheSameTime() {
    CyclicBarrier barrier = new CyclicBarrier(2);

    SideBySide.run(() -> await(barrier), () -> await(barrier));

    assertThat(barrier.getNumberWaiting()).isZero();
  }

  @Test
  void run_oneFails() {
    AtomicBoolean otherEnded = new AtomicBoolean();

    assertThatThrownBy(() -> SideBySide.run(() -> fail(here), () -> otherEnded.set(true)))
        .isSameAs(here);
    assertThat(otherEnded).isTrue();
    assertThatThrownBy(() -> SideBySide.run(() -> {}, () -> fail(there))).isSameAs(there);
  }

  @Test
  void run_bothFail() {
    assertThatThrownBy(() -> SideBySide.run(() -> fail(here), () -> fail(there))).isSameAs(here);
  }

  private static void fail(RuntimeException failure) {
    throw failure;
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
