package io.varve.config;

import io.varve.checkpoint.CheckpointEngine;
import io.varve.checkpoint.CheckpointManifest;
import io.varve.checkpoint.CheckpointService;
import io.varve.checkpoint.CheckpointSettings;
import io.varve.jobs.CheckpointJob;
import io.varve.jobs.JobListener;
import io.varve.jobs.JobRunner;
import io.varve.jobs.JobSchedules;
import io.varve.model.StoreId;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.txn.StoreSessions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** Checkpoints: where they are, when they are made, and what a start does with them. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({CheckpointProperties.class, RestoreProperties.class})
final class CheckpointConfiguration {
  private static final Logger log = LoggerFactory.getLogger(CheckpointConfiguration.class);

  @Bean
  CheckpointEngine checkpointEngine(RocksDbSettings settings) {
    return new RocksDbCheckpointEngine(settings);
  }

  @Bean
  CheckpointSettings checkpointSettings(
      CheckpointProperties checkpoint,
      StoreProperties store,
      ObjectProvider<BuildProperties> build) {
    BuildProperties properties = build.getIfAvailable();
    String version = properties == null ? null : properties.getVersion();
    return new CheckpointSettings(
        store.dataDir(), checkpoint.directory(store), version == null ? "unknown" : version);
  }

  /** The store needs this before it opens, so it is asked for when it is needed. */
  @Bean
  CheckpointService checkpointService(
      ObjectProvider<StoreSessions> sessions,
      CheckpointSettings settings,
      CheckpointEngine engine,
      InstantSource clock) {
    SecureRandom random = new SecureRandom();
    return new CheckpointService(
        () -> sessions.getObject().store(),
        settings,
        engine,
        clock,
        () -> StoreId.of(random.nextLong()));
  }

  @Bean
  StorePreparation storePreparation(
      StoreProperties store, CheckpointService checkpoints, RestoreProperties restore) {
    return new StorePreparation(store.engineDirectory(), checkpoints, restore.checkpoint());
  }

  @Bean
  CheckpointJob checkpointJob(CheckpointService checkpoints, CheckpointProperties properties) {
    return new CheckpointJob(checkpoints, properties.keep(), properties.verify(), System::nanoTime);
  }

  @Bean
  JobRunner<CheckpointManifest> checkpointRunner(CheckpointJob job, JobListener listener) {
    return new JobRunner<>(job, System::nanoTime, listener);
  }

  @Bean(name = JobSchedules.CHECKPOINT_SCHEDULER, defaultCandidate = false)
  ThreadPoolTaskScheduler checkpointScheduler() {
    return JobsConfiguration.scheduler("varve-checkpoint-");
  }

  @Bean
  ApplicationRunner checkpointTimer(
      CheckpointProperties properties,
      CheckpointSettings settings,
      JobRunner<CheckpointManifest> runner,
      InstantSource clock,
      @Qualifier(JobSchedules.CHECKPOINT_SCHEDULER) ThreadPoolTaskScheduler scheduler) {
    return _ -> {
      warnOfCopies(settings);
      if (!properties.interval().isZero()) {
        var _ =
            scheduler.scheduleWithFixedDelay(
                runner::runIfDue,
                clock.instant().plus(properties.interval()),
                properties.interval());
      }
    };
  }

  private static void warnOfCopies(CheckpointSettings settings) {
    try {
      Path checkpoints = nearest(settings.directory().toAbsolutePath().normalize());
      Path data = nearest(settings.dataDirectory().toAbsolutePath().normalize());
      if (!Files.getFileStore(checkpoints).equals(Files.getFileStore(data))) {
        log.warn(
            "Checkpoints in {} are on another file system than the store, so each is a full copy.",
            settings.directory());
      }
    } catch (IOException e) {
      log.warn("Cannot tell on which file system {} is", settings.directory(), e);
    }
  }

  /** The directory itself, or the one above it that is there. */
  private static Path nearest(Path directory) {
    Path found = directory;
    while (!Files.exists(found)) {
      Path parent = found.getParent();
      if (parent == null) {
        return found;
      }
      found = parent;
    }
    return found;
  }
}
