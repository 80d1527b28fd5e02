package io.varve.txn;

/** Waits for the end of threads that must end before anything else may happen. */
final class Joining {
  private Joining() {}

  /** Waits for {@code thread} whatever happens; an interrupt meanwhile is kept for the caller. */
  static void uninterruptibly(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
