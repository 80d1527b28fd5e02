package io.varve.dashboard;

import static io.varve.dashboard.Panel.lines;
import static io.varve.dashboard.Panel.stack;

/** Panels about what the store does beneath: flush, sorted files, room. */
final class EnginePanels {
  private static final String OPS = "ops";
  private static final String SECONDS = "s";
  private static final String BYTES = "bytes";
  private static final String BYTES_PER_SECOND = "Bps";
  private static final String RATIO = "percentunit";
  private static final String COUNT = "short";
  private static final String YELLOW = "yellow";
  private static final String RED = "red";

  private EnginePanels() {}

  static Panel[] flush() {
    return new Panel[] {
      lines("Flush runs", "opm")
          .shows("Flushes per minute by result.")
          .query(
              "{{result}}",
              "60 * sum by (result) (" + ofFlush("rate(varve_job_runs_total{", "}[$rate])") + ")")
          .whenBad("Failed ones are in the log; the unflushed data stays in the heap meanwhile."),
      lines("Flushed keys", OPS)
          .shows("Keys and versions written to sorted files, and versions that were left out.")
          .query("keys", "sum(rate(varve_flush_keys_total{$here}[$rate]))")
          .query("versions", "sum(rate(varve_flush_versions_total{$here}[$rate]))")
          .query("collapsed", "sum(rate(varve_flush_collapsed_total{$here}[$rate]))")
          .whenBad("Many keys with few versions each: a larger `varve.flush.max-bytes` may help."),
      lines("Flush and compaction", BYTES_PER_SECOND)
          .shows("Bytes of the log, of flushes, and what compaction reads and writes.")
          .query("log", "sum(rate(varve_wal_bytes_total{$here}[$rate]))")
          .query("flush", "sum(rate(varve_flush_bytes_total{$here}[$rate]))")
          .query(
              "compaction {{dir}}",
              "sum by (dir) (rate(varve_rocksdb_compaction_bytes_total{$here}[$rate]))")
          .whenBad("At the limit of the disk everything waits: fewer writes or a faster disk."),
      lines("Flush duration", SECONDS)
          .shows("How long flushes take.")
          .query(
              "p99",
              "histogram_quantile(0.99, sum by (le) ("
                  + ofFlush("rate(varve_job_duration_seconds_bucket{", "}[$rate])")
                  + "))")
          .whenBad("A rise means a slow disk or too little processor time."),
      lines("Unflushed data", BYTES)
          .shows("Committed data that is in the heap and not yet in sorted files.")
          .query("unflushed", "max(varve_overlay_bytes{$here})")
          .whenBad("At `varve.overlay.max-bytes` (256 MB) writers wait: flush does not keep up."),
      lines("Age of unflushed data", SECONDS)
          .shows("Age of the oldest commit that is not in sorted files.")
          .query("age", "max(varve_flush_lag_seconds{$here})")
          .whenBad(
              "With the log off it is what a crash would lose. With the log on a small rest may"
                  + " stay for long, and that is fine."),
    };
  }

  static Panel[] engine() {
    return new Panel[] {
      lines("Level 0 files", COUNT)
          .shows("Sorted files that each read looks into.")
          .query("files", "max(varve_rocksdb_l0_files{$here})")
          .from(48, YELLOW)
          .from(64, RED)
          .whenBad("From `varve.stall.level0-slow` (64) on writers are held up: load more slowly."),
      lines("Pending compaction", BYTES)
          .shows("How far compaction is behind.")
          .query("behind", "max(varve_rocksdb_pending_compaction_bytes{$here})")
          .from(12.0 * (1 << 30), YELLOW)
          .from(16.0 * (1 << 30), RED)
          .whenBad("More `varve.rocksdb.max-background-jobs`, a faster disk, or fewer writes."),
      lines("Write stall", SECONDS)
          .shows("How long each write is held up, and the time RocksDB itself stalled, per second.")
          .query("each write", "max(varve_throttle_seconds{$here})")
          .query("in RocksDB", "max(rate(varve_rocksdb_stall_seconds_total{$here}[$rate]))")
          .from(0.05, YELLOW)
          .whenBad("Flush or compaction is behind; see VarveWriteStall."),
      lines("Cache hit ratio", RATIO)
          .wide()
          .shows("Blocks of sorted files found in the cache; none while nothing is read from them.")
          .query(
              "{{type}}",
              "sum by (type) (rate(varve_rocksdb_block_cache_hit_total{$here}[$rate]))"
                  + " / (sum by (type) (rate(varve_rocksdb_block_cache_hit_total{$here}[$rate]))"
                  + " + sum by (type) (rate(varve_rocksdb_block_cache_miss_total{$here}[$rate])))")
          .whenBad("Low for index or filter: raise `varve.rocksdb.block-cache` first of all."),
      stack("Memory against the limit", BYTES)
          .shows("The memory budget by part, what the process has resident, and its limit.")
          .query("budget: {{part}}", "sum by (part) (varve_memory_budget_bytes{$here})")
          .query("resident", "sum(varve_process_rss_bytes{$here})")
          .query("limit", "sum(varve_memory_limit_bytes{$here})")
          .whenBad("Above the budget and near the limit it may be killed: see VarveMemoryHigh."),
      lines("RocksDB memory", BYTES)
          .shows("Native memory of the engine by use.")
          .query("memtables", "sum(varve_rocksdb_memtable_bytes{$here})")
          .query("block cache", "sum(varve_rocksdb_block_cache_usage_bytes{$here})")
          .query("of it pinned", "sum(varve_rocksdb_block_cache_pinned_bytes{$here})")
          .query("cache capacity", "sum(varve_rocksdb_block_cache_capacity_bytes{$here})")
          .query("table readers", "sum(varve_rocksdb_table_readers_bytes{$here})")
          .whenBad("Table readers that grow with the store: more memory, or larger files."),
      lines("Sorted files", BYTES)
          .shows("Bytes of sorted files: those of the newest state, and all that are kept.")
          .query("{{kind}}", "sum by (kind) (varve_rocksdb_sst_bytes{$here})")
          .whenBad("Total far above live: an old reader keeps files. See VarveReclaimable."),
      lines("RocksDB internals", COUNT)
          .shows("Handles, versions of the file list, running compactions, background errors.")
          .query("open handles", "sum(varve_rocksdb_open_handles{$here})")
          .query("live versions", "sum(varve_rocksdb_live_versions{$here})")
          .query("running compactions", "sum(varve_rocksdb_running_compactions{$here})")
          .query("background errors", "sum(varve_rocksdb_background_errors{$here})")
          .whenBad("Handles that only rise are a leak; any background error: read `db/LOG`."),
    };
  }

  static Panel[] capacity() {
    return new Panel[] {
      lines("Disk", BYTES)
          .wide()
          .shows("Free room, the reserve below which writes are refused, the store and its quota.")
          .query("free {{instance}}", "max by (instance) (varve_disk_free_bytes{$here})")
          .query("reserve {{instance}}", "max by (instance) (varve_disk_reserve_bytes{$here})")
          .query("store {{instance}}", "max by (instance) (varve_db_bytes{$here})")
          .query("quota {{instance}}", "max by (instance) (varve_quota_bytes{$here} > 0)")
          .whenBad("Make room before free meets the reserve: docs/operations.md, full disk."),
      lines("Free disk, forecast", BYTES)
          .wide()
          .shows("Free room now, and in four hours if the last four hours go on.")
          .query("now {{instance}}", "max by (instance) (varve_disk_free_bytes{$here})")
          .query(
              "in 4 h {{instance}}",
              "max by (instance) (clamp_min("
                  + "predict_linear(varve_disk_free_bytes{$here}[4h], 4 * 3600), 0))")
          .whenBad("If the forecast reaches the reserve, act now; see VarveGrowthForecast."),
    };
  }

  /**
   * What belongs to the job flush, of a query with a gap for its matchers; whether Prometheus has
   * renamed the label or not, see {@link ProcessPanels#named}.
   */
  private static String ofFlush(String before, String after) {
    return before
        + "job=\"flush\",$here"
        + after
        + " or "
        + before
        + "exported_job=\"flush\",$here"
        + after;
  }
}
