package io.varve.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;

/** The file that {@code growth} writes. */
record GrowthReport(
    String date,
    String commandLine,
    Machine machine,
    List<String> jvmOptions,
    int secondsPerStep,
    List<Run> systems) {

  /**
   * One system.
   *
   * @param budgetBytes what it may take: the largest heap, and block cache and write buffers
   *     outside
   */
  record Run(String system, long budgetBytes, Map<String, String> settings, List<Step> steps) {}

  /**
   * The store at one size.
   *
   * @param residentBytes memory of the process at the end of the round
   * @param heapUsedBytes after a collection
   * @param flushes during the round; 0 where a system does not tell
   * @param compactionSeconds that RocksDB spent in compactions and flushes of memtables
   * @param bytesOnDisk of all files, log included, at the end of the round
   * @param liveBytes of the newest version of each key, and of the keys
   */
  record Step(
      int keys,
      double loadSeconds,
      Round round,
      long residentBytes,
      long heapUsedBytes,
      long flushes,
      double flushSeconds,
      double compactionSeconds,
      long bytesOnDisk,
      long liveBytes) {
    /** How many bytes on disk a live one costs. */
    @JsonProperty
    double diskPerLiveByte() {
      return (double) bytesOnDisk / liveBytes;
    }
  }
}
