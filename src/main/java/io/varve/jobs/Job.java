package io.varve.jobs;

/**
 * A piece of upkeep. {@link JobRunner} sees to it that it never runs twice at a time.
 *
 * @param <R> what a run tells about itself
 */
public interface Job<R> {
  /** A short name for logs and errors, for instance {@code flush}. */
  String name();

  /** Whether the timer should run it now; not asked when somebody else does. */
  default boolean isDue() {
    return true;
  }

  /** Does the work. A failure is thrown; the next run starts afresh. */
  R runOnce();
}
