package io.varve.jobs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.model.Revision;
import io.varve.mvcc.MvccListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the store's call for a flush to whoever runs it. The store is built first, so the other
 * end is connected later; a call before that is kept for it. Thread-safe.
 */
public final class FlushSignal implements MvccListener {
  private static final Logger log = LoggerFactory.getLogger(FlushSignal.class);

  private final Object lock = new Object();

  @GuardedBy("lock")
  private @Nullable Runnable wake;

  @GuardedBy("lock")
  private boolean kept;

  /** From now on a call runs {@code target}, which must return at once. */
  public void connect(Runnable target) {
    synchronized (lock) {
      wake = target;
      if (kept) {
        kept = false;
        target.run();
      }
    }
  }

  @Override
  public void flushNeeded() {
    synchronized (lock) {
      if (wake == null) {
        kept = true;
      } else {
        wake.run();
      }
    }
  }

  @Override
  public void becameReadOnly(String reason, Throwable cause) {
    log.error("The store is read-only and will be opened again. {}", reason, cause);
  }

  @Override
  public void reopening(String event, Throwable cause) {
    log.warn("{} {}", event, cause.toString());
  }

  @Override
  public void reopened(Revision revision) {
    log.info("The store was opened again at revision {}", revision);
  }
}
