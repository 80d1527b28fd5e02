package io.varve.bench.http;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What one round at one number of connections gave.
 *
 * @param connections connections that were busy
 * @param round counts from 1
 * @param seconds length of the window that was measured
 * @param requestsPerSecond good answers a second
 * @param entriesPerSecond the same times the entries of a request
 * @param conflicts answers with status 409
 * @param failures other answers that were not good, and failures of connections, by kind
 * @param closedByServer connections that the server ended after an answer
 * @param service from sending a request to its whole answer, good ones only, in ms
 * @param corrected the same, corrected for coordinated omission
 * @param clientCpuSeconds what this program used in the window
 * @param serverCpuSeconds what the server used in it; null where its process was not named
 */
record LoadResult(
    int connections,
    int round,
    double seconds,
    double requestsPerSecond,
    double entriesPerSecond,
    long conflicts,
    Map<String, Long> failures,
    long closedByServer,
    Percentiles service,
    Percentiles corrected,
    double clientCpuSeconds,
    @Nullable Double serverCpuSeconds) {
  /*
   * Coordinated omission: a connection that waits for a slow answer does not send what users who do
   * not wait would have sent, so a stall of a second is one slow request where they would have seen
   * many. The service times say what they say; the corrected ones add, for each answer that took
   * longer than the mean interval between the answers of its connection, those that would have been
   * due meanwhile.
   */

  static LoadResult of(
      int round, Window window, int entriesPerRequest, List<Tally> tallies, CpuTimes used) {
    Histogram service = Tally.newHistogram();
    Histogram corrected = Tally.newHistogram();
    Map<String, Long> failures = new TreeMap<>();
    long good = 0;
    long conflicts = 0;
    long closedByServer = 0;
    for (Tally tally : tallies) {
      service.add(tally.serviceTimes());
      corrected.add(corrected(tally, window));
      tally.failures().forEach((how, count) -> failures.merge(how, count, Long::sum));
      good += tally.goodInTime();
      conflicts += tally.conflicts();
      closedByServer += tally.closedByServer();
    }
    double seconds = window.lengthNanos() / (double) Window.NANOS_PER_SECOND;
    return new LoadResult(
        tallies.size(),
        round,
        seconds,
        good / seconds,
        good * entriesPerRequest / seconds,
        conflicts,
        failures,
        closedByServer,
        Percentiles.of(service),
        Percentiles.of(corrected),
        used.clientSeconds(),
        used.serverSeconds());
  }

  private static Histogram corrected(Tally tally, Window window) {
    long intervalNanos = window.lengthNanos() / Math.max(1, tally.goodInTime());
    return tally.serviceTimes().copyCorrectedForCoordinatedOmission(intervalNanos);
  }

  long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }
}
