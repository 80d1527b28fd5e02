package io.varve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.varve.health.StorageHealthIndicator;
import io.varve.health.WritesHealthIndicator;
import io.varve.jobs.AlarmSettings;
import io.varve.jobs.WriteWatch;
import io.varve.metrics.StoreMeters;
import io.varve.model.Durability;
import io.varve.model.Entry;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import io.varve.model.StoreState;
import io.varve.model.Value;
import io.varve.mvcc.MvccSettings;
import io.varve.storage.FailingStorageService;
import io.varve.storage.ForwardingStorageService;
import io.varve.storage.GatedStorageService;
import io.varve.storage.InMemoryStorageService;
import io.varve.storage.StorageService;
import io.varve.storage.StorageStats;
import io.varve.txn.AdaptiveBatchSettings;
import io.varve.txn.ReadPoint;
import io.varve.txn.StoreSessions;
import io.varve.txn.TestSessions;
import io.varve.txn.TransactionLimits;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionSettings;
import io.varve.txn.WriteAdmission;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** A storage that fails or hangs, under everything that a service has over it. */
@Timeout(120)
final class FailureInjectionTest {
  private static final int WRITERS = 3;
  private static final int ROUNDS = 25;

  /** How many writes there may be for each flush. */
  private static final int TURNS = 30;

  @TempDir private Path directory;

  private final InMemoryStorageService.State disk = new InMemoryStorageService.State();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private volatile GatedStorageService gate =
      new GatedStorageService(InMemoryStorageService.create());
  private volatile FailingStorageService engine = new FailingStorageService(gate);
  private volatile CountDownLatch statsMayReturn = new CountDownLatch(0);
  private final Semaphore turns = new Semaphore(0);
  private @Nullable StoreSessions opened;
  private @Nullable WriteWatch watching;

  private void open(Durability durability, Duration commitTimeout) {
    StoreSessions sessions =
        TestSessions.open(
            this::openEngine,
            MvccSettings.defaults(directory).with(durability),
            new TransactionSettings(
                TransactionLimits.DEFAULTS,
                16,
                Duration.ofMillis(5),
                Duration.ofMinutes(1),
                commitTimeout,
                AdaptiveBatchSettings.DEFAULTS));
    opened = sessions;
    WriteWatch watch =
        new WriteWatch(
            sessions,
            new WriteAdmission(),
            new AlarmSettings(0, 0, 64, 256, 1L << 34, 1L << 36),
            directory,
            _ -> {},
            System::nanoTime);
    watching = watch;
    new StoreMeters(sessions, watch).bindTo(meters);
  }

  private StoreSessions sessions() {
    return Objects.requireNonNull(opened);
  }

  private WriteWatch watch() {
    return Objects.requireNonNull(watching);
  }

  private StorageService openEngine() {
    InMemoryStorageService service = InMemoryStorageService.over(disk);
    service.syncWal(); // an engine rewrites and syncs what it recovers before it opens
    gate =
        new GatedStorageService(
            new ForwardingStorageService(service) {
              @Override
              public StorageStats stats() {
                awaitQuietly(statsMayReturn);
                return super.stats();
              }
            });
    engine = new FailingStorageService(gate);
    return engine;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void close() {
    gate.open();
    statsMayReturn.countDown();
    sessions().close();
  }

  private void put(Key key, String value) {
    sessions()
        .transactions()
        .execute(
            TransactionOptions.DEFAULTS,
            view -> {
              view.put(key, Value.of(value));
              return true;
            });
  }

  private String read(Key key) {
    return sessions()
        .transactions()
        .read(
            ReadPoint.LATEST,
            view -> {
              Entry found = view.get(key);
              return found == null ? "" : new String(found.value().array(), StandardCharsets.UTF_8);
            });
  }

  private double meter(String name) {
    return meters.get(name).gauge().value();
  }

  /**
   * One writer with a key of its own: what was acknowledged last, and what may be there as well.
   */
  private final class Writer implements Runnable {
    private final Key key;
    private final Set<String> possible = new HashSet<>(Set.of(""));
    private final AtomicBoolean ended;
    private long acknowledged;

    Writer(int number, AtomicBoolean ended) {
      this.key = Key.of("writer-" + number);
      this.ended = ended;
    }

    @Override
    public void run() {
      for (int i = 1; !ended.get(); i++) {
        turns.acquireUninterruptibly();
        String value = Integer.toString(i);
        try {
          put(key, value);
          possible.clear();
          possible.add(value);
          acknowledged++;
        } catch (StoreException e) {
          assertThat(e.code()).isIn(ErrorCode.STORE_UNAVAILABLE, ErrorCode.STORAGE_IO);
          if (e.context().containsKey("outcome")) {
            possible.add(value); // it may be there: nobody said it is not
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void failingStorage_losesNoAcknowledgedWrite(Durability durability) throws Exception {
    open(durability, Duration.ofMinutes(1));
    AtomicBoolean ended = new AtomicBoolean();
    List<Writer> writers = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(new Writer(i, ended));
      threads.add(Thread.ofPlatform().start(writers.getLast()));
    }
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < ROUNDS; round++) {
      GatedStorageService victimsGate = gate;
      FailingStorageService victim = engine;
      victim.failAt(1 + random.nextInt(20), random.nextBoolean());
      while (!victim.hasFailed()) {
        // A flush that fails at once leaves turns over; they must not add up.
        turns.drainPermits();
        turns.release(TURNS);
        flushQuietly();
      }
      if (sessions().state() == StoreState.OPEN) {
        victimsGate.failInBackground(); // with the log off a flush may fail and be done again
        watch().runOnce();
      }
      await().until(() -> sessions().state() == StoreState.OPEN);
    }
    ended.set(true);
    turns.release(WRITERS);
    for (Thread thread : threads) {
      thread.join();
    }
    await().until(() -> sessions().state() == StoreState.OPEN);
    for (Writer writer : writers) {
      assertThat(writer.acknowledged).isPositive();
      assertThat(writer.possible).contains(read(writer.key));
    }
    assertThat(sessions().store().status().lostRanges()).isEmpty();
    assertThat(meters.get("varve.engine.reopenings").functionCounter().count())
        .isEqualTo((double) sessions().reopenings())
        .isPositive();
    assertThat(meters.get("varve.engine.state").tag("state", "open").gauge().value()).isEqualTo(1);
  }

  private void flushQuietly() {
    try {
      sessions().store().flush();
    } catch (StoreException _) {
      // It is what is made to fail here.
    }
  }

  @Test
  void writeThatHangs_isGivenUp_andHealthAndMetersTell() throws Exception {
    open(Durability.SYNC_ON_COMMIT, Duration.ofMillis(80));
    WritesHealthIndicator writes = new WritesHealthIndicator(sessions(), watch());
    Key key = Key.of("k");
    put(key, "1");
    watch().runOnce();
    assertThat(writes.health().getStatus()).isEqualTo(Status.UP);
    gate.shut();
    StoreException unknown = StoreFailure.expect(ErrorCode.STORE_UNAVAILABLE, () -> put(key, "2"));
    assertThat(unknown.context()).containsEntry("outcome", "unknown");
    await().until(() -> meter("varve.writes.stuck") == 1);
    Health health = writes.health();
    assertThat(health.getStatus()).isEqualTo(Status.DOWN);
    assertThat(health.getDetails()).containsKey("reason");
    assertThat(read(key)).as("reads go on").isEqualTo("1");

    gate.open();
    await().until(() -> read(key).equals("2"));
    put(key, "3");
    assertThat(meter("varve.writes.stuck")).isZero();
    assertThat(writes.health().getStatus()).isEqualTo(Status.UP);
    assertThat(sessions().reopenings()).as("a disk that was slow has not failed").isZero();
  }

  @Test
  void readThatHangs_isToldByHealth_whichHoldsOneThread() {
    open(Durability.SYNC_ON_COMMIT, Duration.ofMinutes(1));
    StorageHealthIndicator storage = new StorageHealthIndicator(sessions(), Duration.ofMillis(50));
    statsMayReturn = new CountDownLatch(1);
    for (int i = 0; i < 5; i++) {
      assertThat(storage.health().getStatus()).isEqualTo(Status.DOWN);
    }
    long probes =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().equals("varve-health"))
            .count();
    assertThat(probes).isEqualTo(1);
    statsMayReturn.countDown();
    await().until(() -> storage.health().getStatus().equals(Status.UP));
  }

  @Test
  void failureInTheBackground_isFound_andCured() {
    open(Durability.SYNC_ON_COMMIT, Duration.ofMinutes(1));
    Key key = Key.of("k");
    put(key, "1");
    gate.failInBackground();
    watch().runOnce();
    await().until(() -> sessions().reopenings() == 1 && sessions().state() == StoreState.OPEN);
    put(key, "2");
    assertThat(read(key)).isEqualTo("2");
  }
}
