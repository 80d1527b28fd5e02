package io.varve.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.varve.model.Revision;
import io.varve.mvcc.MvccListener;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Times the syncs of the log, and passes every event on. */
public final class MeteredListener implements MvccListener {
  private static final Logger log = LoggerFactory.getLogger(MeteredListener.class);

  private final MvccListener next;
  private final Timer syncs;

  /** Passes events on to {@code next}. */
  public MeteredListener(MvccListener next, MeterRegistry registry) {
    this.next = next;
    this.syncs =
        Timer.builder("varve.wal.sync.duration")
            .description("Time until the log was on stable storage, with what was written to it")
            .serviceLevelObjectives(Buckets.ofPhases())
            .register(registry);
  }

  @Override
  public void logSynced(long nanos) {
    try {
      syncs.record(nanos, TimeUnit.NANOSECONDS);
    } catch (RuntimeException e) {
      log.warn("A sync of the log could not be noted.", e); // and is no failed sync
    }
    next.logSynced(nanos);
  }

  @Override
  public void flushNeeded() {
    next.flushNeeded();
  }

  @Override
  public void becameReadOnly(String reason, Throwable cause) {
    next.becameReadOnly(reason, cause);
  }

  @Override
  public void reopening(String event, Throwable cause) {
    next.reopening(event, cause);
  }

  @Override
  public void reopened(Revision revision) {
    next.reopened(revision);
  }
}
