package io.varve.mvcc;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Does two pieces of work at the same time. */
final class SideBySide {
  private static final Executor THREAD =
      Thread.ofPlatform().name("varve-flush-second").daemon()::start;

  private SideBySide() {}

  /**
   * Runs {@code here} in this thread and {@code there} in another. Returns when both have ended,
   * whatever happens; throws what {@code here} threw, or else what {@code there} did.
   */
  static void run(Runnable here, Runnable there) {
    CompletableFuture<Void> other = CompletableFuture.runAsync(there, THREAD);
    try {
      here.run();
    } finally {
      var _ = other.handle((_, _) -> true).join();
    }
    if (other.isCompletedExceptionally()) {
      switch (other.exceptionNow()) {
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        case Throwable e -> throw new IllegalStateException(e);
      }
    }
  }
}
