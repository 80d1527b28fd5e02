package io.varve.jobs;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the runs of a job went.
 *
 * @param runs runs that ended well
 * @param failures runs that threw
 * @param skipped times the timer came while a run was under way
 * @param lastDuration of the last run, or null before the first
 * @param lastError what the last run threw, or null if it ended well
 */
public record JobStatus(
    long runs,
    long failures,
    long skipped,
    @Nullable Duration lastDuration,
    @Nullable String lastError) {
  static final JobStatus NEW = new JobStatus(0, 0, 0, null, null);

  JobStatus skipped(int times) {
    return new JobStatus(runs, failures, skipped + times, lastDuration, lastError);
  }

  JobStatus succeeded(Duration took) {
    return new JobStatus(runs + 1, failures, skipped, took, null);
  }

  JobStatus failed(Duration took, String error) {
    return new JobStatus(runs, failures + 1, skipped, took, error);
  }
}
