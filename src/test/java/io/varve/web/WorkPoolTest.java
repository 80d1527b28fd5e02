package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WorkPoolTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final WorkPool pool = new WorkPool("scans", 1, 3);
  private final CountDownLatch letGo = new CountDownLatch(1);
  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void end() {
    letGo.countDown();
    callers.close();
    pool.close();
  }

  /** A caller whose task holds the one thread until it is let go. */
  private Future<Boolean> hold() {
    Future<Boolean> holder =
        callers.submit(() -> pool.<Boolean, InterruptedException>run(this::awaitLetGo));
    await().atMost(PATIENCE).until(() -> pool.running() == 1);
    return holder;
  }

  private boolean awaitLetGo() throws InterruptedException {
    return letGo.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void run_isOnAPlatformThreadOfThePool() {
    Thread thread = pool.run(Thread::currentThread);
    assertThat(thread.isVirtual()).isFalse();
    assertThat(thread.getName()).isEqualTo("varve-scans");
    assertThat(pool.<Boolean, RuntimeException>run(WorkPool::isInPool)).isTrue();
    assertThat(WorkPool.isInPool()).isFalse();
  }

  @Test
  void run_throwsWhatTheCallThrows() {
    var thrown = new IOException("gone");
    assertThatThrownBy(
            () ->
                pool.<Boolean, IOException>run(
                    () -> {
                      throw thrown;
                    }))
        .isSameAs(thrown);
  }

  @Test
  void tasks_runInTheOrderInWhichTheyCame() throws Exception {
    Future<Boolean> holder = hold();
    List<Integer> order = new ArrayList<>();
    List<Future<Boolean>> queued = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int number = i;
      queued.add(callers.submit(() -> pool.run(() -> order.add(number))));
      await().atMost(PATIENCE).until(() -> pool.waiting() == number + 1);
    }
    letGo.countDown();
    assertThat(holder.get()).isTrue();
    for (Future<Boolean> each : queued) {
      assertThat(each.get()).isTrue();
    }
    assertThat(order).containsExactly(0, 1, 2);
  }

  /** Work in steps takes turns with what came meanwhile. */
  @Test
  void nextStep_isBehindTheFirstStepOfAnother() throws Exception {
    List<String> order = new ArrayList<>();
    CountDownLatch otherWaits = new CountDownLatch(1);
    Future<Boolean> steps =
        callers.submit(
            () -> {
              boolean first =
                  pool.<Boolean, InterruptedException>run(
                      () -> {
                        order.add("first of a");
                        return otherWaits.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                      });
              return first && pool.run(() -> order.add("second of a"));
            });
    await().atMost(PATIENCE).until(() -> pool.running() == 1);
    Future<Boolean> other = callers.submit(() -> pool.run(() -> order.add("first of b")));
    await().atMost(PATIENCE).until(() -> pool.waiting() == 1);
    otherWaits.countDown();
    assertThat(steps.get()).isTrue();
    assertThat(other.get()).isTrue();
    assertThat(order).containsExactly("first of a", "first of b", "second of a");
  }

  @Test
  void fullQueue_isRefused() throws Exception {
    Future<Boolean> holder = hold();
    List<Future<Boolean>> queued = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      queued.add(callers.submit(() -> pool.run(() -> true)));
    }
    await().atMost(PATIENCE).until(() -> pool.waiting() == 3);
    assertThatThrownBy(() -> pool.run(() -> true))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS));
    Future<Boolean> begun = callers.submit(() -> pool.runNext(() -> true));
    await().atMost(PATIENCE).until(() -> pool.waiting() == 4);
    letGo.countDown();
    assertThat(holder.get()).isTrue();
    for (Future<Boolean> each : queued) {
      assertThat(each.get()).isTrue();
    }
    assertThat(begun.get()).as("what has begun is not refused").isTrue();
  }

  /** Otherwise a pool whose threads all wait for tasks of the same pool would never go on. */
  @Test
  void taskWithinATask_runsAtOnce() {
    assertThat(pool.<Boolean, RuntimeException>run(() -> pool.run(WorkPool::isInPool))).isTrue();
  }

  @Test
  void interruptedCaller_whoseTaskHasNotBegun_dropsIt() throws Exception {
    Future<Boolean> holder = hold();
    AtomicBoolean ran = new AtomicBoolean();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    var _ = pool.run(() -> ran.getAndSet(true));
                  } catch (StoreException e) {
                    thrown.set(e);
                  }
                });
    await().atMost(PATIENCE).until(() -> pool.waiting() == 1);
    caller.interrupt();
    caller.join();
    assertThat(thrown.get())
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
    letGo.countDown();
    assertThat(holder.get()).isTrue();
    assertThat(pool.<Boolean, RuntimeException>run(() -> true)).as("behind the other").isTrue();
    assertThat(ran).isFalse();
  }

  @Test
  void closedPool_refuses() {
    pool.close();
    assertThatThrownBy(() -> pool.run(() -> true))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SHUTTING_DOWN));
  }
}
