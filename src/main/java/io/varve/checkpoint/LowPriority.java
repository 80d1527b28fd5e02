package io.varve.checkpoint;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** Runs long work on a platform thread that gives way to all others. */
final class LowPriority {
  private LowPriority() {}

  /** Waits for the work; an interrupt of the caller is passed on to it, and stays set. */
  @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it
  static <T> T call(Supplier<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    Thread thread =
        Thread.ofPlatform()
            .name("varve-checkpoint")
            .daemon()
            .priority(Thread.MIN_PRIORITY)
            .start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException _) {
          interrupted = true;
          thread.interrupt();
        }
      }
    } catch (ExecutionException e) {
      throw rethrown(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException rethrown(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException failure ? failure : new IllegalStateException(e);
  }
}
