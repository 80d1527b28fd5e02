package io.varve.bench.http;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What one connection has seen in the time that is measured. Used by one thread at a time. */
final class Tally {
  private static final long LONGEST_NANOS = 120 * Window.NANOS_PER_SECOND;
  private static final int DIGITS = 3;

  private final Window window;

  /** Service times of good answers, in nanoseconds. */
  private final Histogram serviceTimes = newHistogram();

  /** Answers that were not good, and how often, by what was wrong with them. */
  private final Map<String, Long> failures = new TreeMap<>();

  private long goodInTime;
  private long conflicts;
  private long closedByServer;

  Tally(Window window) {
    this.window = window;
  }

  static Histogram newHistogram() {
    return new Histogram(1, LONGEST_NANOS, DIGITS);
  }

  /**
   * Counts a good answer. All requests sent in the window go into the percentiles, also those whose
   * answer came after it; only those answered within it count for the throughput.
   */
  void good(long sentNanos, long receivedNanos) {
    if (window.hasBegun(sentNanos)) {
      serviceTimes.recordValue(Math.clamp(receivedNanos - sentNanos, 1, LONGEST_NANOS));
      if (!window.isOver(receivedNanos)) {
        goodInTime++;
      }
    }
  }

  void conflict(long sentNanos) {
    if (window.hasBegun(sentNanos)) {
      conflicts++;
    }
  }

  /** Counts whatever went wrong, also while warming up: a broken run must not look whole. */
  void failed(String how) {
    failures.merge(how, 1L, Long::sum);
  }

  /** The server ended the connection after an answer, so the next request needs a new one. */
  void closed(long nowNanos) {
    if (window.hasBegun(nowNanos)) {
      closedByServer++;
    }
  }

  String describeFailures() {
    return conflicts > 0 ? conflicts + " conflicts " + failures : failures.toString();
  }

  Histogram serviceTimes() {
    return serviceTimes;
  }

  Map<String, Long> failures() {
    return failures;
  }

  long goodInTime() {
    return goodInTime;
  }

  long conflicts() {
    return conflicts;
  }

  long closedByServer() {
    return closedByServer;
  }
}
