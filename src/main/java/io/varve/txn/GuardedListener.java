package io.varve.txn;

/**
 * Keeps what a listener throws away from commits: what it hears of has happened by then, and the
 * thread that writes the log must go on. It goes where an exception goes that nobody catches.
 */
final class GuardedListener implements TransactionListener {
  private final TransactionListener next;

  GuardedListener(TransactionListener next) {
    this.next = next;
  }

  @Override
  public boolean begun() {
    try {
      return next.begun();
    } catch (RuntimeException e) {
      report(e);
      return false;
    }
  }

  @Override
  public void ended(TransactionEnd end) {
    try {
      next.ended(end);
    } catch (RuntimeException e) {
      report(e);
    }
  }

  @Override
  public void groupLogged(int commits, long bytes) {
    try {
      next.groupLogged(commits, bytes);
    } catch (RuntimeException e) {
      report(e);
    }
  }

  private static void report(RuntimeException failure) {
    Thread thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
  }
}
