package io.varve.txn;

/**
 * Sizes chunks by feedback: after each chunk it takes the relative standard deviation (RSD) of the
 * throughput over the last chunks; up to the target the next chunk is larger, above it smaller. Not
 * thread-safe.
 */
final class AdaptiveBatch {
  private final AdaptiveBatchSettings settings;
  private final double[] rates;
  private int chunk;
  private int chunks;

  /** Chunks that tell of the throughput. */
  private int measured;

  private double sum;
  private double best;
  private double last;

  /** {@code expected} entries in all, 0 if unknown; the first chunk takes an eighth of them. */
  AdaptiveBatch(AdaptiveBatchSettings settings, long expected) {
    this.settings = settings;
    this.rates = new double[settings.window()];
    long initial = Math.clamp(expected / 8, settings.initialMin(), settings.initialMax());
    this.chunk = clamp(initial);
  }

  /** Entries that the next chunk should have. */
  int chunk() {
    return chunk;
  }

  /** How long an entry may wait for the rest of its chunk. */
  long maxDelayNanos() {
    return settings.maxDelay().toNanos();
  }

  /** Whether a chunk of this size is full. */
  boolean isFull(long entries, long bytes) {
    return entries >= chunk || bytes >= settings.maxBytes();
  }

  /** Learns from a chunk that was written, and sizes the next one. */
  void written(long entries, long nanos) {
    double rate = entries * 1e9 / Math.max(1, nanos);
    rates[measured % rates.length] = rate;
    chunks++;
    measured++;
    sum += rate;
    best = Math.max(best, rate);
    last = rate;
    double factor =
        rsd() <= settings.targetRsd() ? 1 + settings.adjustUp() : 1 - settings.adjustDown();
    chunk = clamp(Math.round(chunk * factor));
  }

  /** Counts a chunk that was ended by the delay: its rate is that of who sends, and no measure. */
  void writtenEarly(long entries, long nanos) {
    chunks++;
    last = entries * 1e9 / Math.max(1, nanos);
    best = Math.max(best, last);
  }

  private int clamp(long entries) {
    return Math.clamp(entries, settings.minChunk(), settings.maxChunk());
  }

  /** Chunks written so far. */
  int chunks() {
    return chunks;
  }

  /** Entries a second, the mean over all chunks. */
  double averageRate() {
    return measured == 0 ? last : sum / measured;
  }

  /** Entries a second, of the best chunk. */
  double bestRate() {
    return best;
  }

  /** Entries a second, of the last chunk. */
  double lastRate() {
    return last;
  }

  /** Entries a second, the mean over the window. */
  double windowRate() {
    int count = Math.min(measured, rates.length);
    double total = 0;
    for (int i = 0; i < count; i++) {
      total += rates[i];
    }
    return count == 0 ? 0 : total / count;
  }

  /** Standard deviation of the throughput over the window, in entries a second. */
  double standardDeviation() {
    int count = Math.min(measured, rates.length);
    double mean = windowRate();
    double squares = 0;
    for (int i = 0; i < count; i++) {
      squares += (rates[i] - mean) * (rates[i] - mean);
    }
    return count == 0 ? 0 : Math.sqrt(squares / count);
  }

  /** {@link #standardDeviation()} as a part of {@link #windowRate()}; 0 before the second chunk. */
  double rsd() {
    double mean = windowRate();
    return mean == 0 ? 0 : standardDeviation() / mean;
  }
}
