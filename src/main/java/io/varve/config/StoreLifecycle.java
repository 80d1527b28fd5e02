package io.varve.config;

import io.varve.model.StoreStatus;
import io.varve.txn.StoreSessions;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.context.SmartLifecycle;

/**
 * Closes the store after everything that uses it. The web server drains and the jobs stop in later
 * phases of the start, so in earlier ones of the stop.
 */
final class StoreLifecycle implements SmartLifecycle, DisposableBean, ExitCodeGenerator {
  private static final Logger log = LoggerFactory.getLogger(StoreLifecycle.class);

  /** Starts before everything else and stops after it. */
  private static final int PHASE = Integer.MIN_VALUE + 1000;

  private final StoreSessions sessions;
  private final Path directory;
  private final MemoryBudget memory;
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile boolean running;
  private volatile boolean closed;

  StoreLifecycle(StoreSessions sessions, Path directory, MemoryBudget memory) {
    this.sessions = sessions;
    this.directory = directory;
    this.memory = memory;
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  /** A paused context may go on, and a closed store cannot. */
  @Override
  public boolean isPauseable() {
    return false;
  }

  @Override
  public void start() {
    running = true;
    StoreStatus status = sessions.transactions().status();
    log.info(
        "Store {} is {} at revision {}, {}, in {}",
        status.storeId(),
        status.state(),
        status.visible(),
        status.durability(),
        directory.toAbsolutePath().normalize());
    log.info("The process may need {}", memory);
    if (!status.stateReason().isEmpty()) {
      log.error("The store is read-only. {}", status.stateReason());
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public void stop() {
    close();
    running = false;
  }

  /** On a thread of its own, so that the phase can end although closing takes too long. */
  @Override
  public void stop(Runnable callback) {
    Thread.ofPlatform()
        .name("varve-close")
        .daemon()
        .start(
            () -> {
              try {
                stop();
              } finally {
                callback.run();
              }
            });
  }

  /** Closes a store that never got as far as {@link #start()}. */
  @Override
  public void destroy() {
    close();
  }

  private void close() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    try {
      sessions.close();
      closed = true;
      log.info("Store closed at revision {}", sessions.visible());
    } catch (RuntimeException e) {
      log.error("The store did not close cleanly; the next start will recover it.", e);
    }
  }

  /** Of the process, once it has stopped: 0 if the store is flushed and closed. */
  @Override
  public int getExitCode() {
    return closed ? 0 : 1;
  }
}
