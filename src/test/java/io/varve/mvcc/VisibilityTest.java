package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests for {@link Visibility} and {@link OverlayRoom}. */
@Timeout(60)
final class VisibilityTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  private final Visibility visibility = new Visibility();

  @Test
  void publish_thatDoesNotRise() {
    visibility.publish(5);

    assertThatIllegalStateException().isThrownBy(() -> visibility.publish(5));
    assertThatIllegalStateException().isThrownBy(() -> visibility.publish(4));
    assertThat(visibility.visible()).isEqualTo(5);
  }

  @Test
  void markDurable_neverFalls() {
    visibility.markDurable(5);
    visibility.markDurable(3);

    assertThat(visibility.durable()).isEqualTo(5);
  }

  @Test
  void await_visibleAlready() throws InterruptedException {
    visibility.publish(5);

    assertThat(visibility.await(5, LONG)).isTrue();
    assertThat(visibility.await(6, Duration.ZERO)).isFalse();
  }

  @Test
  void await_publishedMeanwhile() throws Exception {
    var waiter = new AtomicReference<Thread>();
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Future<Boolean> waiting =
          pool.submit(
              () -> {
                waiter.set(Thread.currentThread());
                return visibility.await(5, LONG);
              });
      awaitParked(waiter);
      visibility.publish(4);
      visibility.publish(5);

      assertThat(waiting.get()).isTrue();
    }
  }

  /** Publishing must not overlook somebody who has just begun to wait. */
  @Test
  void await_whilePublished() throws Exception {
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      for (long revision = 1; revision <= 20_000; revision++) {
        long awaited = revision;
        Future<Boolean> waiting = pool.submit(() -> visibility.await(awaited, LONG));
        visibility.publish(revision);
        assertThat(waiting.get()).isTrue();
      }
    }
  }

  @Test
  void await_stopped() throws Exception {
    var waiter = new AtomicReference<Thread>();
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Future<Boolean> waiting =
          pool.submit(
              () -> {
                waiter.set(Thread.currentThread());
                return visibility.await(5, LONG);
              });
      awaitParked(waiter);
      visibility.stop();

      assertThat(waiting.get()).as("nothing more will become visible").isFalse();
    }
    assertThat(visibility.await(5, LONG)).isFalse();
    visibility.publish(6);
    assertThat(visibility.await(5, LONG)).isTrue();
  }

  @Test
  void awaitRoom_belowTheBound() throws InterruptedException {
    OverlayRoom room = new OverlayRoom(() -> 99, 100);

    assertThat(room.await(Duration.ZERO)).isTrue();
  }

  @Test
  void awaitRoom_atTheBound() throws InterruptedException {
    OverlayRoom room = new OverlayRoom(() -> 100, 100);

    assertThat(room.await(Duration.ofMillis(1))).isFalse();
  }

  @Test
  void awaitRoom_freedMeanwhile() throws Exception {
    var used = new AtomicLong(100);
    OverlayRoom room = new OverlayRoom(used::get, 100);
    var waiter = new AtomicReference<Thread>();
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Future<Boolean> waiting =
          pool.submit(
              () -> {
                waiter.set(Thread.currentThread());
                return room.await(LONG);
              });
      awaitParked(waiter);
      room.freed(); // not yet
      awaitParked(waiter);
      used.set(99);
      room.freed();

      assertThat(waiting.get()).isTrue();
    }
  }

  private static void awaitParked(AtomicReference<Thread> waiter) {
    await()
        .until(() -> waiter.get() != null && waiter.get().getState() == Thread.State.TIMED_WAITING);
  }
}
