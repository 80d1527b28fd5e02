package io.varve.config;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.varve.checkpoint.CheckpointService;
import io.varve.checkpoint.CheckpointSettings;
import io.varve.jobs.FlushJob;
import io.varve.jobs.FlushSignal;
import io.varve.jobs.JobIntervals;
import io.varve.jobs.PruneJob;
import io.varve.jobs.WriteWatch;
import io.varve.metrics.AccessMeters;
import io.varve.metrics.CheckpointMeters;
import io.varve.metrics.EngineMeters;
import io.varve.metrics.JobMeters;
import io.varve.metrics.MeteredListener;
import io.varve.metrics.PeriodicReadings;
import io.varve.metrics.ProcessMeters;
import io.varve.metrics.RecentTransactions;
import io.varve.metrics.RevisionMeters;
import io.varve.metrics.SlowTransactionLog;
import io.varve.metrics.StoreMeters;
import io.varve.metrics.TransactionMeters;
import io.varve.metrics.UpkeepMeters;
import io.varve.storage.rocksdb.RocksDbStorageService;
import io.varve.txn.StoreSessions;
import io.varve.txn.TransactionRates;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** What is counted, timed and read for monitors. */
@Configuration(proxyBeanMethods = false)
final class MetricsConfiguration {
  private static final String SCHEDULER = "metricsScheduler";
  private static final Duration RATES = Duration.ofSeconds(1);
  private static final Duration CHECKPOINTS = Duration.ofSeconds(10);
  private static final Duration KEYS = Duration.ofMinutes(1);

  @Bean
  SlowTransactionLog slowTransactionLog(TransactionProperties transactions) {
    return new SlowTransactionLog(transactions.slowThreshold(), System::nanoTime);
  }

  @Bean
  TransactionMeters transactionMeters(MeterRegistry registry, SlowTransactionLog slow) {
    return new TransactionMeters(registry, slow);
  }

  @Bean
  MeteredListener meteredListener(FlushSignal signal, MeterRegistry registry) {
    return new MeteredListener(signal, registry);
  }

  /** The names are those of the jobs. */
  @Bean
  JobMeters jobMeters(
      JobIntervals intervals,
      CheckpointProperties checkpoint,
      MeterRegistry registry,
      InstantSource clock) {
    return new JobMeters(
        Map.of(
            "flush", intervals.flush(),
            "prune", intervals.prune(),
            "expire", intervals.expire(),
            "watch", intervals.watch(),
            "checkpoint", checkpoint.interval(),
            "compact", Duration.ZERO),
        registry,
        clock);
  }

  @Bean
  PeriodicReadings periodicReadings(StoreSessions sessions, CheckpointService checkpoints) {
    return new PeriodicReadings(sessions, checkpoints);
  }

  @Bean
  RecentTransactions recentTransactions(TransactionMeters meters) {
    return new RecentTransactions(meters, System::nanoTime);
  }

  @Bean
  Supplier<TransactionRates> transactionRates(RecentTransactions recent) {
    return recent::rates;
  }

  @Bean
  MeterBinder storeMeters(StoreSessions sessions, WriteWatch watch) {
    return new StoreMeters(sessions, watch);
  }

  @Bean
  MeterBinder revisionMeters(
      StoreSessions sessions, WriteWatch watch, PeriodicReadings readings, InstantSource clock) {
    return new RevisionMeters(sessions, watch::lastStatus, readings, clock);
  }

  @Bean
  MeterBinder engineMeters(WriteWatch watch) {
    return new EngineMeters(watch::lastEngine);
  }

  @Bean
  MeterBinder upkeepMeters(FlushJob flush, PruneJob prune) {
    return new UpkeepMeters(flush, prune);
  }

  @Bean
  MeterBinder checkpointMeters(CheckpointService checkpoints, PeriodicReadings readings) {
    return new CheckpointMeters(checkpoints, readings);
  }

  @Bean
  MeterBinder accessMeters(TokenReload reload) {
    return new AccessMeters(reload::failures);
  }

  @Bean
  MeterBinder processMeters(MemoryBudget memory, CheckpointSettings settings) {
    return new ProcessMeters(
        new ProcessMeters.Versions(
            settings.varveVersion(),
            Runtime.version().toString(),
            RocksDbStorageService.engineVersion()),
        memory.parts(),
        memory.limitBytes());
  }

  @Bean(name = SCHEDULER, defaultCandidate = false)
  ThreadPoolTaskScheduler metricsScheduler() {
    return JobsConfiguration.scheduler("varve-metrics-");
  }

  @Bean
  ApplicationRunner metricsTimer(
      RecentTransactions recent,
      PeriodicReadings readings,
      @Qualifier(SCHEDULER) ThreadPoolTaskScheduler scheduler) {
    return _ -> {
      var _ = scheduler.scheduleAtFixedRate(recent::tick, RATES);
      var _ = scheduler.scheduleWithFixedDelay(readings::readCheckpoints, CHECKPOINTS);
      var _ = scheduler.scheduleWithFixedDelay(readings::readKeys, KEYS);
    };
  }
}
