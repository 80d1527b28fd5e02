package io.varve.txn;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.model.Revision;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets several threads wait for one commit, of which only one at a time may wait, and remembers how
 * it ended. Thread-safe.
 */
final class SharedWait implements Supplier<Revision> {
  private final ReentrantLock lock = new ReentrantLock();

  /** Null once it has answered: it holds the whole commit. */
  @GuardedBy("lock")
  private @Nullable Supplier<Revision> commit;

  @GuardedBy("lock")
  private @Nullable Revision revision;

  @GuardedBy("lock")
  private @Nullable RuntimeException failure;

  /** Waits as {@code commit} does. */
  SharedWait(Supplier<Revision> commit) {
    this.commit = commit;
  }

  /** Waits until the commit is done; throws what it threw, each time. */
  @Override
  public Revision get() {
    lock.lock();
    try {
      if (commit != null) {
        settle(commit);
        commit = null;
      }
      if (failure != null) {
        throw failure;
      }
      return Objects.requireNonNull(revision);
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void settle(Supplier<Revision> waited) {
    try {
      revision = waited.get();
    } catch (RuntimeException e) {
      failure = e;
    }
  }
}
