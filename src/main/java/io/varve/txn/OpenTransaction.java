package io.varve.txn;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A transaction in the registry. Whoever has entered uses it alone; what else is here may be called
 * by any thread.
 */
final class OpenTransaction {
  private final TransactionRef ref;
  private final Transaction transaction;
  private final Instant expiresAt;
  private final AtomicBoolean busy = new AtomicBoolean();

  @GuardedBy("this")
  private long countedBytes;

  @GuardedBy("this")
  private boolean uncounted;

  private volatile boolean gaveUp;
  private volatile @Nullable CommittedTransaction commit;
  private volatile List<Conflict> conflicts = List.of();

  OpenTransaction(TransactionRef ref, Transaction transaction, Instant expiresAt) {
    this.ref = ref;
    this.transaction = transaction;
    this.expiresAt = expiresAt;
  }

  TransactionRef ref() {
    return ref;
  }

  Transaction transaction() {
    return transaction;
  }

  /** Begins a call; false while another one runs. */
  boolean enter() {
    return busy.compareAndSet(false, true);
  }

  void leave() {
    busy.set(false);
  }

  /** Adds to {@code total} what it has grown by. By who has entered. */
  synchronized void count(AtomicLong total) {
    if (!uncounted) {
      long now = transaction.heapBytes();
      total.addAndGet(now - countedBytes);
      countedBytes = now;
    }
  }

  /** Takes all of it away from {@code total}, once and for good: it may end during a call. */
  synchronized void uncount(AtomicLong total) {
    if (!uncounted) {
      uncounted = true;
      total.addAndGet(-countedBytes);
    }
  }

  /** Rolls back. By who has entered. */
  void giveUp() {
    gaveUp = true;
    transaction.rollback();
  }

  /** Whether only the outcomes of the store can tell if a transaction over like this committed. */
  boolean mayBeCommitted(TransactionState state) {
    return state == TransactionState.COMMITTED
        || (state == TransactionState.ROLLED_BACK && !gaveUp);
  }

  void committed(CommittedTransaction done) {
    commit = done;
  }

  void conflicted(List<Conflict> found) {
    conflicts = found;
  }

  /** What to remember once it has ended like this. */
  TransactionStatus end(TransactionState state) {
    CommittedTransaction done = commit;
    if (done != null) {
      return TransactionStatus.committed(done);
    }
    return state == TransactionState.CONFLICTED
        ? TransactionStatus.conflicted(ref.id(), conflicts)
        : TransactionStatus.ended(ref.id(), state);
  }

  /** How it stands. While the call that commits it has not returned, that is under way. */
  TransactionStatus status() {
    TransactionState state = transaction.state();
    if (isTold(state)) {
      return end(state);
    }
    TransactionOptions options = transaction.options();
    return TransactionStatus.open(
        ref.id(),
        state == TransactionState.ACTIVE ? state : TransactionState.COMMITTING,
        new TransactionStatus.Lease(
            options.isolation(), options.label(), transaction.readRevision(), expiresAt));
  }

  /** Whether it is over and how it ended is here: a failed commit may be in the log. */
  private boolean isTold(TransactionState state) {
    return switch (state) {
      case ACTIVE, COMMITTING -> false;
      case COMMITTED -> commit != null;
      case CONFLICTED -> !conflicts.isEmpty();
      case ROLLED_BACK -> gaveUp;
      case EXPIRED -> true;
    };
  }
}
