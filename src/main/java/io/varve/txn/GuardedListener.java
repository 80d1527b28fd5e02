package io.varve.txn;

import java.util.function.Consumer;

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
  public void begun() {
    tell(TransactionListener::begun);
  }

  @Override
  public void ended(TransactionEnd end) {
    tell(listener -> listener.ended(end));
  }

  @Override
  public void groupLogged(int commits, long bytes) {
    tell(listener -> listener.groupLogged(commits, bytes));
  }

  private void tell(Consumer<TransactionListener> event) {
    try {
      event.accept(next);
    } catch (RuntimeException e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }
}
