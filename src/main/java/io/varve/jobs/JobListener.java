package io.varve.jobs;

import java.time.Duration;

/** Hears how jobs run. Called on the thread of the job: return at once, and never throw. */
public interface JobListener {
  /** Hears nothing. */
  JobListener NONE = new JobListener() {};

  /** A run begins. */
  default void started(String job) {}

  /** A run has ended, well or by an error. */
  default void ended(String job, Duration took, boolean ok) {}

  /** It was the job's turn, and there was nothing to do. */
  default void idle(String job) {}

  /** It was the job's turn, and a run was still under way. */
  default void skipped(String job) {}
}
