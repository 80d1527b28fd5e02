package io.varve.txn;

import io.varve.model.KeptOutcome;
import io.varve.model.OutcomeId;
import io.varve.model.TransactionErrors;
import io.varve.mvcc.MvccStore;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request run once, however often it is sent. Thread-safe.
 *
 * <p>Of several requests of one name, one at a time holds the claim. It either finds what became of
 * an earlier one, or runs and hands its outcome over to the commit.
 */
public final class RequestOutcomes {
  /** How soon the twin of a running request may ask again. */
  private static final long RETRY_MS = 1_000;

  private final MvccStore store;
  private final Duration commitTimeout;
  private final Set<OutcomeId> running = ConcurrentHashMap.newKeySet();

  /**
   * Over the outcomes of {@code store}.
   *
   * @param commitTimeout how long to wait for the commit of an earlier request
   */
  public RequestOutcomes(MvccStore store, Duration commitTimeout) {
    this.store = store;
    this.commitTimeout = commitTimeout;
  }

  /**
   * Claims a name. The claim must be closed. Throws {@code IDEMPOTENCY_IN_PROGRESS} while another
   * request of that name runs, and {@code STORE_UNAVAILABLE} where no more outcomes can be kept, or
   * where that of an earlier request cannot be told.
   */
  public Claim claim(OutcomeId id) {
    if (!running.add(id)) {
      throw TransactionErrors.idempotencyInProgress(RETRY_MS);
    }
    try {
      return new Claim(id, findVisible(id));
    } catch (RuntimeException | Error e) {
      running.remove(id);
      throw e;
    }
  }

  private @Nullable KeptOutcome findVisible(OutcomeId id) {
    KeptOutcome found = store.outcomes().find(id);
    if (found == null) {
      store.outcomes().requireRoom();
    } else {
      KeptOutcomes.awaitVisible(store, found, commitTimeout);
    }
    return found;
  }

  /** The right to run a request, unless it has run already. */
  public final class Claim implements AutoCloseable {
    private final OutcomeId id;
    private final @Nullable KeptOutcome kept;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Claim(OutcomeId id, @Nullable KeptOutcome kept) {
      this.id = id;
      this.kept = kept;
    }

    /** Under which name the outcome is to be kept. */
    public OutcomeId id() {
      return id;
    }

    /** What became of an earlier request of this name, or null if there was none. */
    public @Nullable KeptOutcome kept() {
      return kept;
    }

    /** Lets the next request of this name in. Idempotent: the claim of that one stays. */
    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        running.remove(id);
      }
    }
  }
}
