package io.varve.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.varve.model.Key;
import io.varve.model.Revision;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.storage.InMemoryStorageService;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.Transaction;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionOutcome;
import io.varve.txn.TransactionRates;
import io.varve.txn.TransactionSettings;
import io.varve.txn.WriteAdmission;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests for {@link TransactionMeters} and {@link RecentTransactions}, over a store in the heap. */
final class TransactionMetersTest {
  @TempDir private Path directory;

  private final AtomicLong nanos = new AtomicLong();
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final SlowTransactionLog slow = new SlowTransactionLog(Duration.ofSeconds(1), nanos::get);
  private final TransactionMeters meters = new TransactionMeters(registry, slow);
  private final RecentTransactions recent = new RecentTransactions(meters, nanos::get);
  private MvccTransactionManager manager;

  @BeforeEach
  void open() {
    MvccStore store =
        MvccStore.open(
            InMemoryStorageService.create(),
            MvccSettings.defaults(directory),
            InstantSource.system(),
            StoreId.of(1),
            MvccListener.NONE);
    manager =
        MvccTransactionManager.start(
            store, TransactionSettings.DEFAULTS, nanos::get, new WriteAdmission(), meters);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private void put(String key) {
    manager.execute(
        TransactionOptions.DEFAULTS,
        view -> {
          view.put(Key.of(key), Value.of("v"));
          return key;
        });
  }

  private void takes(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private double exported(String sample) {
    return registry
        .scrape()
        .lines()
        .filter(line -> line.startsWith(sample + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(sample.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError(sample + " is not exported"));
  }

  private double completed(TransactionOutcome outcome) {
    return exported(
        "varve_txn_completed_total{outcome=\""
            + outcome.name().toLowerCase(java.util.Locale.ROOT)
            + "\"}");
  }

  @Test
  void outcomes_areCountedApart() {
    put("a");
    put("b");
    manager.begin(TransactionOptions.DEFAULTS).rollback();
    Transaction late = manager.begin(TransactionOptions.DEFAULTS.with(Duration.ofSeconds(1)));
    takes(Duration.ofSeconds(2));
    manager.expireOverdue();
    late.close();
    Transaction reader = manager.begin(TransactionOptions.DEFAULTS);
    var _ = reader.get(Key.of("a"));
    put("a");
    reader.put(Key.of("c"), Value.of("v"));
    var _ = reader.commit();

    assertThat(exported("varve_txn_begun_total")).isEqualTo(6);
    assertThat(completed(TransactionOutcome.COMMITTED)).isEqualTo(3);
    assertThat(completed(TransactionOutcome.ABORTED)).isEqualTo(1);
    assertThat(completed(TransactionOutcome.EXPIRED)).isEqualTo(1);
    assertThat(completed(TransactionOutcome.CONFLICT)).isEqualTo(1);
    assertThat(completed(TransactionOutcome.ERROR)).isZero();
    assertThat(exported("varve_txn_conflicts_total{kind=\"read_write\"}")).isEqualTo(1);
    assertThat(exported("varve_txn_conflicts_total{kind=\"write_write\"}")).isZero();
  }

  @Test
  void durations_fallIntoTheirBuckets() {
    for (long ms : new long[] {1, 1, 3, 40}) {
      try (Transaction transaction = manager.begin(TransactionOptions.DEFAULTS)) {
        transaction.put(Key.of("k" + ms), Value.of("v"));
        takes(Duration.ofMillis(ms));
        var _ = transaction.commit();
      }
    }
    assertThat(exported("varve_txn_duration_seconds_count")).isEqualTo(4);
    assertThat(exported("varve_txn_duration_seconds_sum")).isCloseTo(0.045, within(1e-9));
    assertThat(exported("varve_txn_duration_seconds_bucket{le=\"5.0E-4\"}")).isZero();
    assertThat(exported("varve_txn_duration_seconds_bucket{le=\"0.001\"}")).isEqualTo(2);
    assertThat(exported("varve_txn_duration_seconds_bucket{le=\"0.005\"}")).isEqualTo(3);
    assertThat(exported("varve_txn_duration_seconds_bucket{le=\"+Inf\"}")).isEqualTo(4);
    assertThat(exported("varve_txn_ops_sum")).isEqualTo(4);
    for (String phase : new String[] {"admit", "validate", "queue", "apply", "wal", "publish"}) {
      assertThat(exported("varve_txn_commit_duration_seconds_count{phase=\"" + phase + "\"}"))
          .as(phase)
          .isEqualTo(4);
    }
    assertThat(exported("varve_commit_group_size_sum")).isEqualTo(4);
    assertThat(exported("varve_commit_group_bytes_sum")).isPositive();
  }

  @Test
  void rates_areThoseOfTheLastMinute() {
    put("before");
    for (int second = 0; second < 90; second++) {
      recent.tick();
      for (int i = 0; i < 5; i++) {
        put("k" + i);
      }
      manager.begin(TransactionOptions.DEFAULTS).rollback();
      takes(Duration.ofSeconds(1));
    }
    TransactionRates rates = recent.rates();
    assertThat(rates.window()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(61));
    assertThat(rates.perSecond()).isCloseTo(6, within(0.001));
    assertThat(rates.committedPerSecond()).isCloseTo(5, within(0.001));
    assertThat(rates.successRatio()).isEqualTo(1); // what is given up is no failure
  }

  @Test
  void successRatio_countsWhatFailed() {
    for (int i = 0; i < 3; i++) {
      put("k" + i);
    }
    Transaction loser = manager.begin(TransactionOptions.DEFAULTS);
    var _ = loser.get(Key.of("k0"));
    put("k0");
    loser.put(Key.of("k0"), Value.of("v"));
    var _ = loser.commit();
    takes(Duration.ofSeconds(1));
    assertThat(recent.rates().successRatio()).isEqualTo(0.8);
  }

  @Test
  void percentiles_matchKnownData() {
    for (int ms = 1; ms <= 100; ms++) {
      try (Transaction transaction = manager.begin(TransactionOptions.DEFAULTS)) {
        takes(Duration.ofMillis(ms));
        var _ = transaction.commit();
      }
    }
    TransactionRates.Durations durations = recent.rates().durations();
    assertThat(durations).isNotNull();
    assertThat(durations.p50()).isEqualTo(Duration.ofMillis(50));
    assertThat(durations.p90()).isEqualTo(Duration.ofMillis(90));
    assertThat(durations.p99()).isEqualTo(Duration.ofMillis(99));
  }

  @Test
  void atTheStart_nothingIsKnown() {
    assertThat(recent.rates()).isEqualTo(TransactionRates.NONE);
  }

  @Test
  void moreThanItCanTime_areCountedNevertheless() {
    recent.tick();
    for (int i = 0; i < 30_000; i++) {
      manager.begin(TransactionOptions.DEFAULTS).close();
    }
    takes(Duration.ofSeconds(1));
    recent.tick();
    assertThat(meters.share().parts()).isEqualTo(8);
    for (int i = 0; i < 8_000; i++) {
      manager.begin(TransactionOptions.DEFAULTS).close();
    }
    assertThat(completed(TransactionOutcome.ABORTED)).isEqualTo(38_000);
    assertThat(exported("varve_txn_duration_seconds_count")).isBetween(30_700.0, 31_300.0);
    takes(Duration.ofSeconds(2));
    recent.tick();
    assertThat(meters.share().parts()).isEqualTo(1);
  }

  @Test
  void revisionOfTheStore_isNoneOfItsBusiness() {
    put("a");
    assertThat(manager.visible()).isEqualTo(new Revision(1));
    assertThat(registry.scrape()).doesNotContain("\"a\"");
  }
}
