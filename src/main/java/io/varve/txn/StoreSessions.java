package io.varve.txn;

import io.varve.model.ErrorCode;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.StoreId;
import io.varve.model.StoreState;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.Survivors;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The store in use: one session at a time, which is replaced when the store has failed and is
 * opened again, or when a checkpoint is restored. Thread-safe.
 */
public final class StoreSessions implements AutoCloseable {
  /*
   * States: OPEN -> READ_ONLY -> REOPENING -> OPEN, and OPEN -> RESTORING -> OPEN.
   *
   * The engine cannot be trusted after a failed write or sync: the kernel may have dropped pages
   * and would report success for nothing. So a store that has failed refuses writes and goes on to
   * read. Then, on a thread of its own, everything over it is ended, the engine is closed, opened
   * again, and recovered from its log as after a crash; with the log off the new store takes over
   * what the old one held in the heap. While that lasts nobody is let in. If it fails it is tried
   * again, after a pause that grows, for as long as the process lives. A store that fails again
   * soon after it was opened counts as one whose opening failed.
   *
   * Open transactions end with their session, as at a restart: their snapshots belong to the old
   * store. Whoever asks for the outcome of a commit that could not be told gets it from the log.
   *
   * What an operator must decide, as whether lost commits are acceptable, is no reason to open a
   * store again: it stays read-only.
   */
  private static final int MAX_DOUBLINGS = 20;

  private static final String REOPENING =
      "The store is opened again after an error. Try again later.";
  private static final String RESTORING = "A checkpoint is being restored. Try again later.";

  private final Opening opening;
  private final StoreSession.Factory factory;
  private final MvccListener listener;
  private final ReopenSettings settings;
  private final BooleanSupplier mayReopen;
  private final ScheduledExecutorService reopener =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("varve-reopen").daemon().factory());

  /** Held by whoever replaces the session, and for closing. */
  private final ReentrantLock changing = new ReentrantLock();

  private volatile Standing standing;

  /** Guarded by {@link #changing}. */
  private boolean closed;

  /** Failures in a row; also an opening, until the store has stayed open for a while. */
  private final AtomicInteger failures = new AtomicInteger();

  private final AtomicLong reopenings = new AtomicLong();

  /** When the store was opened, or last was not. */
  private volatile long changedNanos;

  /** Opens the engine and the store over it. */
  public interface Opening {
    /**
     * A store.
     *
     * @param before what the store before it has left, or null
     */
    MvccStore open(MvccListener listener, @Nullable Survivors before);
  }

  /**
   * When to try again.
   *
   * @param firstPause before the first attempt
   * @param longestPause no pause is longer; each is twice the one before
   */
  public record ReopenSettings(Duration firstPause, Duration longestPause) {
    /** A second at first, a minute at the longest. */
    public static final ReopenSettings DEFAULTS =
        new ReopenSettings(Duration.ofSeconds(1), Duration.ofMinutes(1));
  }

  /** The session in use, and why nobody is let in, or null. */
  private record Standing(StoreSession session, @Nullable Outage outage) {}

  private record Outage(StoreState state, String reason) {}

  private StoreSessions(
      Opening opening,
      StoreSession.Factory factory,
      MvccListener listener,
      ReopenSettings settings,
      BooleanSupplier mayReopen) {
    this.opening = opening;
    this.factory = factory;
    this.listener = listener;
    this.settings = settings;
    this.mayReopen = mayReopen;
    this.changedNanos = System.nanoTime();
    changing.lock(); // a store that fails while it is opened is not opened again: see open()
    boolean opened = false;
    try {
      this.standing = new Standing(factory.over(opening.open(new Watch(), null)), null);
      opened = true;
    } finally {
      closed = !opened;
      changing.unlock();
      if (!opened) {
        reopener.shutdownNow();
      }
    }
  }

  /**
   * Opens a store; throws what that throws.
   *
   * @param mayReopen whether it makes sense to open a store that has failed; not on a full disk
   */
  public static StoreSessions open(
      Opening opening,
      StoreSession.Factory factory,
      MvccListener listener,
      ReopenSettings settings,
      BooleanSupplier mayReopen) {
    return new StoreSessions(opening, factory, listener, settings, mayReopen);
  }

  /** Hears of a failure of the store, and sees to its cure. */
  private final class Watch implements MvccListener {
    @Override
    public void flushNeeded() {
      listener.flushNeeded();
    }

    @Override
    public void logSynced(long nanos) {
      listener.logSynced(nanos);
    }

    @Override
    public void becameReadOnly(String reason, Throwable cause) {
      try {
        listener.becameReadOnly(reason, cause);
      } finally {
        schedule(pause());
      }
    }
  }

  /** The session in use; throws STORE_UNAVAILABLE while there is none. */
  public StoreSession current() {
    Standing now = standing;
    if (now.outage() != null) {
      throw StoreErrors.unavailable(now.outage().reason());
    }
    return now.session();
  }

  /** The session in use, or the last that was: for numbers, which are good beyond its end. */
  public StoreSession latest() {
    return standing.session();
  }

  /** The store in use; throws STORE_UNAVAILABLE while there is none, as all of these do. */
  public MvccStore store() {
    return current().store();
  }

  /** Its transactions. */
  public MvccTransactionManager transactions() {
    return current().transactions();
  }

  /** Those of them that take many calls. */
  public TransactionRegistry registry() {
    return current().registry();
  }

  /** What became of requests. */
  public RequestOutcomes outcomes() {
    return current().outcomes();
  }

  /** Revisions kept for the next page. */
  public ReadLeases leases() {
    return current().leases();
  }

  /** Which store is in use, or last was. */
  public StoreId storeId() {
    return latest().store().storeId();
  }

  /** The newest revision that can be read there. */
  public Revision visible() {
    return latest().store().visible();
  }

  /** What survives a power failure there. */
  public Revision durable() {
    return latest().store().durable();
  }

  /** What the store does. */
  public StoreState state() {
    Standing now = standing;
    return now.outage() == null ? now.session().store().state() : now.outage().state();
  }

  /** Why it is not open; empty while it is. */
  public String stateReason() {
    Standing now = standing;
    return now.outage() == null ? now.session().store().stateReason() : now.outage().reason();
  }

  /** How often the store was opened again after an error. */
  public long reopenings() {
    return reopenings.get();
  }

  private void schedule(Duration pause) {
    try {
      var _ = reopener.schedule(this::reopen, pause.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException _) {
      // It is closed.
    }
  }

  private void reopen() {
    changing.lock();
    try {
      if (closed || !needsReopening()) {
        return;
      }
      if (!mayReopen.getAsBoolean()) {
        schedule(settings.firstPause());
        return;
      }
      StoreSession broken = standing.session();
      if (standing.outage() == null) {
        if (wasOpenForLong()) {
          failures.set(0);
        }
        changedNanos = System.nanoTime();
        standing = new Standing(broken, new Outage(StoreState.REOPENING, REOPENING));
        end(() -> broken.abandon(REOPENING));
      }
      openAfter(broken, StoreState.REOPENING);
    } finally {
      changing.unlock();
    }
  }

  private boolean needsReopening() {
    Standing now = standing;
    return now.outage() != null || now.session().store().needsReopening();
  }

  /** Ends what is broken anyway: that this fails too is no news. */
  private void end(Runnable ending) {
    try {
      ending.run();
    } catch (RuntimeException e) {
      listener.reopening("The store that failed did not close cleanly.", e);
    }
  }

  /** Opens the store in the place of {@code before}, or sees to it that it is tried again. */
  private boolean openAfter(StoreSession before, StoreState meanwhile) {
    try {
      MvccStore store = opening.open(new Watch(), before.store().survivors());
      standing = new Standing(factory.over(store), null);
      changedNanos = System.nanoTime();
      failures.incrementAndGet(); // until it has stayed open for a while
      if (meanwhile == StoreState.REOPENING) {
        reopenings.incrementAndGet();
        listener.reopened(store.visible());
      }
      return true;
    } catch (RuntimeException e) {
      failures.incrementAndGet();
      changedNanos = System.nanoTime();
      String reason = REOPENING + " The last attempt failed: " + describe(e);
      standing = new Standing(before, new Outage(StoreState.REOPENING, reason));
      listener.reopening("Opening the store again failed; it will be tried again.", e);
      schedule(pause());
      return false;
    }
  }

  private static String describe(RuntimeException e) {
    return e instanceof StoreException ours ? ours.detail() : e.getClass().getSimpleName() + ".";
  }

  private boolean wasOpenForLong() {
    return System.nanoTime() - changedNanos > settings.longestPause().toNanos();
  }

  /** Longer after each failure, and short again after the store was open for long. */
  private Duration pause() {
    int doublings = wasOpenForLong() ? 0 : Math.min(failures.get(), MAX_DOUBLINGS);
    Duration pause = settings.firstPause().multipliedBy(1L << doublings);
    return pause.compareTo(settings.longestPause()) < 0 ? pause : settings.longestPause();
  }

  /**
   * Closes the store, lets {@code work} change its directory, and opens what is there then. Nobody
   * is let in meanwhile. Throws what {@code work} throws, once the store is open again; and
   * STORE_UNAVAILABLE where it does not open, which is then tried again.
   *
   * @param work is given the highest revision that was given out
   */
  public <T> T whileClosed(LongFunction<T> work) {
    changing.lock();
    try {
      if (closed) {
        throw StoreErrors.shuttingDown();
      }
      StoreSession before = standing.session();
      if (standing.outage() == null) {
        standing = new Standing(before, new Outage(StoreState.RESTORING, RESTORING));
        end(() -> before.closeToBeReplaced(RESTORING));
      }
      boolean opened = false;
      T result;
      try {
        result = work.apply(before.store().handedOut().value());
      } finally {
        opened = openAfter(before, StoreState.RESTORING);
      }
      if (!opened) {
        throw StoreErrors.of(ErrorCode.STORE_UNAVAILABLE, stateReason());
      }
      return result;
    } finally {
      changing.unlock();
    }
  }

  /**
   * Closes the store in good order, and opens it no more. One that has failed is opened once again
   * for that, since its heap may hold what is nowhere else. Idempotent. Throws STORE_UNAVAILABLE
   * where that does not work.
   */
  @Override
  public void close() {
    reopener.shutdownNow();
    changing.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      if (needsReopening()) {
        StoreSession broken = standing.session();
        if (standing.outage() == null) {
          standing = new Standing(broken, new Outage(StoreState.REOPENING, REOPENING));
          end(() -> broken.abandon(REOPENING));
        }
        if (!openAfter(broken, StoreState.REOPENING)) {
          throw StoreErrors.unavailable(stateReason());
        }
      }
      standing.session().close();
    } finally {
      changing.unlock();
    }
  }
}
