package io.varve.dashboard;

import static io.varve.dashboard.Panel.lines;
import static io.varve.dashboard.Panel.name;
import static io.varve.dashboard.Panel.number;

/** Panels about what clients see: state, transactions, latency, versions. */
final class TransactionPanels {
  private static final String OPS = "ops";
  private static final String SECONDS = "s";
  private static final String BYTES_PER_SECOND = "Bps";
  private static final String RATIO = "percentunit";
  private static final String COUNT = "short";
  private static final String GREEN = "green";
  private static final String YELLOW = "yellow";
  private static final String ORANGE = "orange";
  private static final String RED = "red";

  /** Chooses requests to the store, and none to the actuator. */
  private static final String OURS = "uri=~\"/v1/.*\"";

  private TransactionPanels() {}

  static Panel[] overviewNumbers() {
    return new Panel[] {
      number("Engine state", COUNT)
          .shows("State of the store; of several stores, the worst.")
          .query(
              "state",
              "max(0 * varve_engine_state{state=\"open\",$here}"
                  + " or varve_engine_state{state=\"read_only\",$here}"
                  + " or 2 * varve_engine_state{state=\"reopening\",$here}"
                  + " or 3 * varve_engine_state{state=\"restoring\",$here}"
                  + " or 4 * varve_engine_state{state=\"closed\",$here})")
          .map(0, "open", GREEN)
          .map(1, "read-only", ORANGE)
          .map(2, "reopening", RED)
          .map(3, "restoring", ORANGE)
          .map(4, "closed", RED)
          .whenBad(
              "If it is not open, `/actuator/health` tells the reason; see VarveEngineNotOpen."),
      number("Alarm", COUNT)
          .shows("What holds writes up or refuses them.")
          .query(
              "alarm",
              "max(varve_alarm{type=\"stall\",$here}"
                  + " or 2 * varve_alarm{type=\"quota\",$here}"
                  + " or 3 * varve_alarm{type=\"disk\",$here}"
                  + " or 4 * varve_writes_stuck{$here})")
          .map(0, "none", GREEN)
          .map(1, "stall", ORANGE)
          .map(2, "quota", RED)
          .map(3, "disk", RED)
          .map(4, "writes hang", RED)
          .whenBad("`/actuator/health/writes` tells more; make room, or slow writers down."),
      number("Uptime", SECONDS)
          .shows("Time since the start of the process; of several, the youngest.")
          .query("uptime", "min(time() - process_start_time_seconds{$here} $varve)")
          .from(0, YELLOW)
          .from(300, GREEN)
          .whenBad("If it is short and nobody restarted it, look for an exit code or a kill."),
      name("Version")
          .shows("The running version, with Java's and RocksDB's.")
          .query(
              "{{version}} (Java {{java}}, RocksDB {{rocksdb}})",
              "max by (version, java, rocksdb) (varve_build_info{$here})")
          .whenBad("More than one version means an upgrade that is not finished."),
      number("Open transactions", COUNT)
          .shows("Transactions that have begun and not ended.")
          .query("open", "sum(varve_txn_active{$here})")
          .from(8000, ORANGE)
          .whenBad("Near `varve.transaction.max-active` clients forget to end them: look for 429."),
      number("HTTP errors", RATIO)
          .shows("Share of requests to /v1 that were answered with 5xx.")
          .query(
              "5xx",
              requests(OURS + ",status=~\"5..\"") + " / clamp_min(" + requests(OURS) + ", 1e-9)")
          .from(0.001, YELLOW)
          .from(0.01, RED)
          .whenBad("See Rejected requests for the reason, and the log for 500."),
    };
  }

  static Panel[] transactions() {
    String completed = "varve_txn_completed_total{outcome";
    return new Panel[] {
      lines("Transactions per second", OPS)
          .shows("Transactions that began, and that committed.")
          .query("begun", "sum(rate(varve_txn_begun_total{$here}[$rate]))")
          .query("committed", "sum(rate(" + completed + "=\"committed\",$here}[$rate]))")
          .whenBad("A fall without fewer clients: look at Commit p99 by phase and at Alarm."),
      lines("Success ratio", RATIO)
          .shows("Committed transactions among those that wanted to commit; 100 % when idle.")
          .query(
              "success",
              "1 - sum(rate("
                  + completed
                  + "=~\"conflict|expired|error\",$here}[$rate])) / clamp_min(sum(rate("
                  + completed
                  + "!=\"aborted\",$here}[$rate])), 1e-9)")
          .from(0.8, YELLOW)
          .from(0.95, GREEN)
          .whenBad("The next panel tells which outcome; conflicts are no fault of the store."),
      lines("Transactions by outcome", OPS)
          .shows("Ended transactions by outcome; aborted ones were given up by their owner.")
          .query("{{outcome}}", "sum by (outcome) (rate(varve_txn_completed_total{$here}[$rate]))")
          .whenBad("Errors: read the log. Expired: clients are slower than their timeout."),
      lines("Revision", COUNT)
          .shows("The newest revision, and the newest one in sorted files.")
          .query("current {{instance}}", "max by (instance) (varve_revision_current{$here})")
          .query("flushed {{instance}}", "max by (instance) (varve_revision_flushed{$here})")
          .whenBad("A fall means a restore; a jump of a million, a start after a crash."),
      lines("Durability lag", COUNT)
          .shows("Commits that a power failure would take back.")
          .query("lag", "max(varve_revision_durability_lag{$here})")
          .whenBad(
              "With `varve.wal.sync: commit` it stays near the number of writers;"
                  + " if it rises, the disk does not sync: look at WAL sync p99."),
      lines("Slow transactions", OPS)
          .shows("Transactions above `varve.transaction.slow-threshold`; each is in the log.")
          .query("slow", "sum(rate(varve_txn_slow_total{$here}[$rate]))")
          .whenBad("The log says which phase took the time."),
    };
  }

  static Panel[] latency() {
    return new Panel[] {
      lines("Transaction duration", SECONDS)
          .shows("Begin to end of transactions, with the time that clients take in between.")
          .query("p50", quantile("0.5", "varve_txn_duration_seconds_bucket{$here}"))
          .query("p90", quantile("0.9", "varve_txn_duration_seconds_bucket{$here}"))
          .query("p99", quantile("0.99", "varve_txn_duration_seconds_bucket{$here}"))
          .whenBad("Compare with the commit phases: what is left is the clients' own time."),
      lines("HTTP latency", SECONDS)
          .shows("Time to answer requests to /v1, scans and bulk loads among them.")
          .query("p50", httpQuantile("0.5"))
          .query("p99", httpQuantile("0.99"))
          .query("p99.9", httpQuantile("0.999"))
          .whenBad("HTTP p99 by path tells which calls; see VarveRequestsSlow."),
      lines("HTTP p99 by path", SECONDS)
          .shows("The same by path.")
          .query(
              "{{uri}}",
              "histogram_quantile(0.99, sum by (uri, le)"
                  + " (rate(http_server_requests_seconds_bucket{"
                  + OURS
                  + ",$here}[$rate])"
                  + " $varve))")
          .whenBad("A slow path of scans or bulk loads is slow by what it is asked for."),
      lines("Commit p99 by phase", SECONDS)
          .shows(
              "Where a commit spends its time: admission, checks, queue, memory, log, publishing.")
          .query(
              "{{phase}}",
              "histogram_quantile(0.99, sum by (phase, le)"
                  + " (rate(varve_txn_commit_duration_seconds_bucket{$here}[$rate])))")
          .from(0.25, YELLOW)
          .from(1, RED)
          .whenBad("wal: the disk. queue: more writers than it serves. admit: it is held up."),
      lines("WAL sync p99", SECONDS)
          .shows("Synced writes of the log; none with the log off.")
          .query("p50", quantile("0.5", "varve_wal_sync_duration_seconds_bucket{$here}"))
          .query("p99", quantile("0.99", "varve_wal_sync_duration_seconds_bucket{$here}"))
          .from(0.5, YELLOW)
          .from(1, RED)
          .whenBad("The disk is slow or shared: see VarveWalSyncSlow."),
      lines("Group size and queue", COUNT)
          .shows("Commits that share a sync, those that wait, and the size that is aimed at.")
          .query(
              "group, mean",
              "sum(rate(varve_commit_group_size_sum{$here}[$rate]))"
                  + " / clamp_min(sum(rate(varve_commit_group_size_count{$here}[$rate])), 1e-9)")
          .query("queue", "sum(varve_commit_queue_length{$here})")
          .query("target", "max(varve_commit_batch_target{$here})")
          .whenBad("A queue that stays far above the group: the log is the bottleneck."),
    };
  }

  static Panel[] versions() {
    return new Panel[] {
      lines("Conflicts by kind", OPS)
          .shows("Conflicts found when transactions commit.")
          .query("{{kind}}", "sum by (kind) (rate(varve_txn_conflicts_total{$here}[$rate]))")
          .whenBad("Shorter transactions, or `add` for a hot key; too_old asks for shorter ones."),
      lines("Version GC", OPS)
          .shows("Versions and keys that prune removed.")
          .query("versions", "sum(rate(varve_prune_versions_total{$here}[$rate]))")
          .query("keys", "sum(rate(varve_prune_keys_total{$here}[$rate]))")
          .whenBad("Nothing while Keys and versions grows: something old holds it, or it fails."),
      lines("Pruned bytes", BYTES_PER_SECOND)
          .shows("Bytes that prune marked as gone; compaction then gives the room back.")
          .query("pruned", "sum(rate(varve_prune_bytes_total{$here}[$rate]))")
          .whenBad("If the disk fills in spite of it, compact: `POST /v1/admin/compact`."),
      lines("Keys and versions", COUNT)
          .shows("Estimates of the keys and versions that are stored.")
          .query("versions", "sum(varve_versions_estimate{$here})")
          .query("keys", "sum(varve_keys_estimate{$here})")
          .whenBad("Versions that grow without keys: see Oldest readers, then `varve.prune.*`."),
      lines("Oldest readers", SECONDS)
          .shows("Age of the oldest transaction and snapshot, and of what keeps versions.")
          .query("transaction", "max(varve_txn_oldest_age_seconds{$here})")
          .query("snapshot", "max(varve_oldest_snapshot_age_seconds{$here})")
          .query("held by {{holder}}", "max by (holder) (varve_gc_hold_age_seconds{$here})")
          .whenBad("Release it: `GET /v1/admin/holds`, or end the stream or the transaction."),
      lines("Prunable window", COUNT)
          .shows("Revisions between the one that prune has reached and the newest; snapshots.")
          .query(
              "revisions", "max(varve_revision_current{$here} - varve_revision_compacted{$here})")
          .query("snapshots", "sum(varve_snapshots{$here})")
          .whenBad("It grows with writes for as long as something old is read."),
    };
  }

  /** Requests per second that these matchers choose; 0 as long as there was none. */
  private static String requests(String matchers) {
    return "(sum(rate(http_server_requests_seconds_count{"
        + matchers
        + ",$here}[$rate]) $varve) or 0 * sum(varve_build_info{$here}))";
  }

  private static String quantile(String q, String buckets) {
    return "histogram_quantile(" + q + ", sum by (le) (rate(" + buckets + "[$rate])))";
  }

  private static String httpQuantile(String q) {
    return "histogram_quantile("
        + q
        + ", sum by (le) (rate(http_server_requests_seconds_bucket{"
        + OURS
        + ",$here}[$rate]) $varve))";
  }
}
