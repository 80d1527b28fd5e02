package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Tests for {@link ConcurrencyLimit}. */
final class ConcurrencyLimitTest {
  private final AtomicLong nanos = new AtomicLong();

  private ConcurrencyLimit limit(int maxRunning, int maxWaiting, Duration maxWait) {
    return new ConcurrencyLimit("reads", maxRunning, maxWaiting, maxWait, nanos::get);
  }

  private static boolean hold(CountDownLatch latch) {
    try {
      return latch.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void run_givesThePermitBack_whateverHappens() {
    ConcurrencyLimit one = limit(1, 0, Duration.ZERO);
    for (int i = 0; i < 3; i++) {
      assertThat(one.run(() -> "done")).isEqualTo("done");
      assertThatThrownBy(
              () ->
                  one.run(
                      () -> {
                        throw new IllegalStateException("of the call");
                      }))
          .hasMessage("of the call");
    }
    assertThat(one.running()).isZero();
  }

  @Test
  void run_full_refusesWhoMayNotWait() throws Exception {
    ConcurrencyLimit one = limit(1, 0, Duration.ofMinutes(1));
    CountDownLatch end = new CountDownLatch(1);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> running = executor.submit(() -> one.run(() -> hold(end)));
      await().until(() -> one.running() == 1);

      assertThatThrownBy(() -> one.run(() -> "never"))
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
                assertThat(e.detail())
                    .isEqualTo("The service runs 1 reads at a time. Try again later.");
                assertThat(e.context()).containsEntry("limit", 1L);
              });
      end.countDown();
      assertThat(running.get()).isTrue();
    }
    assertThat(one.run(() -> "again")).isEqualTo("again");
  }

  @Test
  void run_full_letsWhoWaitedIn() throws Exception {
    ConcurrencyLimit one = limit(1, 1, Duration.ofMinutes(1));
    CountDownLatch end = new CountDownLatch(1);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> running = executor.submit(() -> one.run(() -> hold(end)));
      await().until(() -> one.running() == 1);
      Future<String> queued = executor.submit(() -> one.run(() -> "waited"));
      await().until(() -> one.waiting() == 1);
      end.countDown();
      assertThat(queued.get(30, TimeUnit.SECONDS)).isEqualTo("waited");
      assertThat(running.get()).isTrue();
    }
    assertThat(one.waiting()).isZero();
    assertThat(one.running()).isZero();
  }

  @Test
  void run_waitedForTooLong_isRefused() throws Exception {
    ConcurrencyLimit one = limit(1, 1, Duration.ofMillis(1));
    CountDownLatch end = new CountDownLatch(1);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> running = executor.submit(() -> one.run(() -> hold(end)));
      await().until(() -> one.running() == 1);
      assertThatThrownBy(() -> one.run(() -> "never")).isInstanceOf(StoreException.class);
      assertThat(one.waiting()).isZero();
      end.countDown();
      assertThat(running.get()).isTrue();
    }
  }

  @Test
  void refusal_tellsWhenTheQueueWillBeGone() throws Exception {
    ConcurrencyLimit two = limit(2, 0, Duration.ZERO);
    for (int i = 0; i < 500; i++) { // until the mean has come close to ten seconds
      two.run(() -> nanos.addAndGet(Duration.ofSeconds(10).toNanos()));
    }
    CountDownLatch end = new CountDownLatch(1);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Boolean> first = executor.submit(() -> two.run(() -> hold(end)));
      Future<Boolean> second = executor.submit(() -> two.run(() -> hold(end)));
      await().until(() -> two.running() == 2);
      assertThatThrownBy(() -> two.run(() -> "never"))
          .isInstanceOfSatisfying(
              StoreException.class,
              e ->
                  assertThat((Long) e.context().get("retryAfterMs"))
                      .as("one waits for half of what a call takes, since two run")
                      .isBetween(4_900L, 5_000L));
      end.countDown();
      assertThat(first.get()).isTrue();
      assertThat(second.get()).isTrue();
    }
  }
}
