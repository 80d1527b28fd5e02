package io.varve.config;

import io.varve.jobs.CompactJob;
import io.varve.jobs.CompactStats;
import io.varve.jobs.ExpireTransactionsJob;
import io.varve.jobs.FlushJob;
import io.varve.jobs.FlushSignal;
import io.varve.jobs.FlushStats;
import io.varve.jobs.JobIntervals;
import io.varve.jobs.JobListener;
import io.varve.jobs.JobRunner;
import io.varve.jobs.JobSchedules;
import io.varve.jobs.PruneJob;
import io.varve.jobs.PruneStats;
import io.varve.jobs.RoomMaker;
import io.varve.jobs.WriteWatch;
import io.varve.jobs.WriteWatchStats;
import io.varve.txn.StoreSessions;
import io.varve.txn.WriteAdmission;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskRejectedException;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** Upkeep, and when it runs. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties({DiskProperties.class, StallProperties.class})
final class JobsConfiguration {
  /** Jobs stop after the web server has drained and before the store closes. */
  private static final int PHASE = 0;

  @Bean
  JobIntervals jobIntervals(
      FlushProperties flush,
      PruneProperties prune,
      TransactionProperties transactions,
      DiskProperties disk) {
    return new JobIntervals(
        flush.interval(), prune.interval(), transactions.expireInterval(), disk.checkInterval());
  }

  @Bean
  FlushJob flushJob(StoreSessions sessions, FlushProperties flush) {
    return new FlushJob(sessions::store, flush.minBytes().toBytes());
  }

  @Bean
  JobRunner<FlushStats> flushRunner(FlushJob job, JobListener listener) {
    return new JobRunner<>(job, System::nanoTime, listener);
  }

  @Bean
  PruneJob pruneJob(StoreSessions sessions, PruneProperties prune) {
    return new PruneJob(sessions::store, prune.budget());
  }

  @Bean
  JobRunner<PruneStats> pruneRunner(PruneJob job, JobListener listener) {
    return new JobRunner<>(job, System::nanoTime, listener);
  }

  @Bean
  JobRunner<CompactStats> compactRunner(StoreSessions sessions, JobListener listener) {
    return new JobRunner<>(new CompactJob(sessions::store), System::nanoTime, listener);
  }

  @Bean
  JobRunner<Integer> expireRunner(StoreSessions sessions, JobListener listener) {
    return new JobRunner<>(new ExpireTransactionsJob(sessions), System::nanoTime, listener);
  }

  @Bean
  WriteWatch writeWatch(
      StoreSessions sessions,
      WriteAdmission admission,
      StallProperties stall,
      DiskProperties disk,
      StoreProperties store,
      RoomMaker roomMaker) {
    return new WriteWatch(
        sessions, admission, stall.toSettings(disk), store.dataDir(), roomMaker, System::nanoTime);
  }

  @Bean
  RoomMaker roomMaker(
      JobRunner<FlushStats> flush,
      JobRunner<PruneStats> prune,
      PruneJob pruneJob,
      JobRunner<CompactStats> compact,
      @Qualifier(JobSchedules.PRUNE_SCHEDULER) ThreadPoolTaskScheduler prunes) {
    return new RoomMaker(prunes, CompactJob.THREAD, flush, prune, pruneJob, compact);
  }

  @Bean
  JobRunner<WriteWatchStats> watchRunner(WriteWatch watch, JobListener listener) {
    return new JobRunner<>(watch, System::nanoTime, listener);
  }

  @Bean
  JobSchedules jobSchedules(
      JobRunner<FlushStats> flush,
      JobRunner<PruneStats> prune,
      JobRunner<Integer> expire,
      JobRunner<WriteWatchStats> watch) {
    return new JobSchedules(flush, prune, expire, watch);
  }

  @Bean(name = JobSchedules.FLUSH_SCHEDULER, defaultCandidate = false)
  ThreadPoolTaskScheduler flushScheduler() {
    return scheduler("varve-flush-");
  }

  @Bean(name = JobSchedules.PRUNE_SCHEDULER, defaultCandidate = false)
  ThreadPoolTaskScheduler pruneScheduler() {
    return scheduler("varve-prune-");
  }

  @Bean(name = JobSchedules.EXPIRE_SCHEDULER, defaultCandidate = false)
  ThreadPoolTaskScheduler expireScheduler() {
    return scheduler("varve-expire-");
  }

  @Bean(name = JobSchedules.WATCH_SCHEDULER, defaultCandidate = false)
  ThreadPoolTaskScheduler watchScheduler() {
    return scheduler("varve-watch-");
  }

  /** Joins the two ends of the signal once both are there. */
  @Bean
  ApplicationRunner flushWakeUp(
      FlushProperties flush,
      FlushSignal signal,
      JobRunner<FlushStats> runner,
      @Qualifier(JobSchedules.FLUSH_SCHEDULER) ThreadPoolTaskScheduler scheduler) {
    return _ -> {
      signal.connect(() -> wake(scheduler, runner));
      if (flush.onStart()) {
        wake(scheduler, runner);
      }
    };
  }

  private static void wake(ThreadPoolTaskScheduler scheduler, JobRunner<?> runner) {
    try {
      scheduler.execute(runner::runNext);
    } catch (TaskRejectedException _) {
      // The service is stopping, and closing the store flushes it.
    }
  }

  /** One platform thread, which goes on while requests drain, since these may need a flush. */
  static ThreadPoolTaskScheduler scheduler(String threadNamePrefix) {
    ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();
    scheduler.setPoolSize(1);
    scheduler.setThreadNamePrefix(threadNamePrefix);
    scheduler.setAcceptTasksAfterContextClose(true);
    scheduler.setPhase(PHASE);
    return scheduler;
  }
}
