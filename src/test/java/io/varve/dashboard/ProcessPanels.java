package io.varve.dashboard;

import static io.varve.dashboard.Panel.lines;

/** Panels about the process: requests, memory, jobs. */
final class ProcessPanels {
  private static final String SECONDS = "s";
  private static final String BYTES = "bytes";
  private static final String COUNT = "short";
  private static final String REQUESTS_PER_SECOND = "reqps";
  private static final String YELLOW = "yellow";
  private static final String RED = "red";

  private ProcessPanels() {}

  static Panel[] process() {
    return new Panel[] {
      lines("HTTP requests by status", REQUESTS_PER_SECOND)
          .shows("Requests to /v1 by status.")
          .query(
              "{{status}}",
              "sum by (status) (rate(http_server_requests_seconds_count{uri=~\"/v1/.*\",$here}"
                  + "[$rate]) $varve)")
          .whenBad("429 and 503 are back pressure, 507 a full disk, 500 a bug: read the log."),
      lines("Rejected requests", REQUESTS_PER_SECOND)
          .shows("Requests that were refused, by reason.")
          .query(
              "{{reason}}", "sum by (reason) (rate(varve_requests_rejected_total{$here}[$rate]))")
          .whenBad("too_many_*: raise `varve.limits.concurrency.*`; write_stall: the disk."),
      lines("Requests in flight", COUNT)
          .shows("Calls that run, and that wait for their turn, by class.")
          .query("{{class}}", "sum by (class) (varve_inflight{$here})")
          .query("{{class}} waiting", "sum by (class) (varve_inflight_waiting{$here})")
          .query("limit of {{class}}", "sum by (class) (varve_inflight_limit{$here})")
          .whenBad("Calls that wait for long get 429: more room for the class, or fewer callers."),
      lines("Bytes in flight", BYTES)
          .shows("Bodies and answers under way.")
          .query("in flight", "sum(varve_inflight_bytes{$here})")
          .query("limit", "sum(varve_inflight_max_bytes{$here})")
          .whenBad("Near the limit large requests wait: send them one by one, or give more heap."),
      lines("JVM heap", BYTES)
          .shows("The Java heap; unflushed data and the read cache are in it.")
          .query("used", "sum(jvm_memory_used_bytes{area=\"heap\",$here} $varve)")
          .query("committed", "sum(jvm_memory_committed_bytes{area=\"heap\",$here} $varve)")
          .query("max", "sum(jvm_memory_max_bytes{area=\"heap\",$here} > 0 $varve)")
          .whenBad("Used that stays near max after collections: more heap, or lower bounds."),
      lines("GC pauses", SECONDS)
          .shows("Time in pauses per second, and the longest pause of late.")
          .query(
              "share of time",
              "sum(rate(jvm_gc_pause_seconds_sum{$here}[$rate]) $varve)"
                  + " or 0 * sum(varve_build_info{$here})")
          .query(
              "longest",
              "max(jvm_gc_pause_seconds_max{$here} $varve) or 0 * sum(varve_build_info{$here})")
          .whenBad("Pauses of over 0.1 s are in every p99.9: more heap, or a smaller read cache."),
      lines("CPU", COUNT)
          .shows("Processors in use, and those that there are.")
          .query("used", "sum(process_cpu_usage{$here} * system_cpu_count{$here} $varve)")
          .query("there are", "sum(system_cpu_count{$here} $varve)")
          .whenBad("At the limit latency rises for all: more processors or fewer requests."),
      lines("Open files", COUNT)
          .shows("Files and connections that the process has open.")
          .query("open", "sum(process_files_open_files{$here} $varve)")
          .query("limit", "sum(process_files_max_files{$here} $varve)")
          .whenBad("Near the limit the engine fails: raise it for the process."),
      lines("Threads", COUNT)
          .shows("Platform threads of the JVM; requests run on virtual ones.")
          .query("live", "sum(jvm_threads_live_threads{$here} $varve)")
          .whenBad("A number that only rises is a leak: take a `jcmd <pid> Thread.print`."),
    };
  }

  static Panel[] jobs() {
    return new Panel[] {
      lines("Age of the last success", SECONDS)
          .shows("Time since each job last succeeded; since the start if it never did.")
          .query(
              "{{job}}",
              "max by (job) ("
                  + named("time() - varve_job_last_success_timestamp_seconds{$here}")
                  + ")")
          .whenBad(
              "An idle flush, and compaction, need not run; the others follow their interval."),
      lines("Job failures", COUNT)
          .shows("Failures in a row of each job.")
          .query("{{job}}", "max by (job) (" + named("varve_job_failures_in_a_row{$here}") + ")")
          .from(1, YELLOW)
          .from(3, RED)
          .whenBad("The log has the error of each; see VarveJobFailing."),
      lines("Job duration", SECONDS)
          .shows("Mean duration of the runs of each job.")
          .query(
              "{{job}}",
              "sum by (job) ("
                  + named("rate(varve_job_duration_seconds_sum{$here}[$rate])")
                  + ") / clamp_min(sum by (job) ("
                  + named("rate(varve_job_duration_seconds_count{$here}[$rate])")
                  + "), 1e-9)")
          .whenBad("Prune at its budget does not keep up: raise `varve.prune.budget`."),
      lines("Job runs", "opm")
          .shows("Runs per minute by job and result.")
          .query(
              "{{job}} {{result}}",
              "60 * sum by (job, result) ("
                  + named("rate(varve_job_runs_total{$here}[$rate])")
                  + ")")
          .whenBad("Skipped ones met a run that was not done: runs take longer than the interval."),
      lines("Checkpoints", COUNT)
          .shows("Checkpoints that there are, and verifications that failed.")
          .query("there are", "sum(varve_checkpoints{$here})")
          .query("failed to verify", "sum(varve_checkpoint_verify_failures_total{$here})")
          .whenBad("Any failure: make another one and check the disk; see VarveVerifyFailed."),
      lines("Age of the last checkpoint", SECONDS)
          .shows("Time since the last checkpoint; no data if there is none.")
          .query(
              "age", "max(time() - (varve_checkpoint_last_success_timestamp_seconds{$here} > 0))")
          .whenBad("Above twice `varve.checkpoint.interval` they fail: see VarveCheckpointStale."),
    };
  }

  /**
   * The same series, with the name of our job in the label "job". Prometheus has a label of that
   * name itself, and renames ours to "exported_job" unless its settings say honor_labels.
   */
  private static String named(String series) {
    return "label_replace(" + series + ", \"job\", \"$1\", \"exported_job\", \"(.+)\")";
  }
}
