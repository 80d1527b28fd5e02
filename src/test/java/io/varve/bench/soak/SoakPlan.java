package io.varve.bench.soak;

import java.time.Duration;

/**
 * How often what happens, from how long it all takes: a run of a minute sees what one of a day
 * does.
 *
 * @param sampling between two samples
 * @param flush between flushes
 * @param prune between prunes
 * @param keepAge how long the past can be read
 * @param logAge how long the log is kept
 * @param outcomes how long the outcome of a transaction is kept
 * @param checkpoint between checkpoints
 * @param restart between restarts
 */
record SoakPlan(
    Duration sampling,
    Duration flush,
    Duration prune,
    Duration keepAge,
    Duration logAge,
    Duration outcomes,
    Duration checkpoint,
    Duration restart) {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  static SoakPlan of(Duration duration) {
    return new SoakPlan(
        part(duration, 60, SECOND, MINUTE),
        part(duration, 30, SECOND, MINUTE),
        part(duration, 30, SECOND, MINUTE),
        part(duration, 10, Duration.ofSeconds(6), Duration.ofMinutes(5)),
        part(duration, 10, Duration.ofSeconds(6), Duration.ofHours(1)),
        part(duration, 10, Duration.ofSeconds(6), Duration.ofMinutes(10)),
        part(duration, 10, Duration.ofSeconds(5), Duration.ofMinutes(15)),
        part(duration, 4, Duration.ofSeconds(10), Duration.ofHours(1)));
  }

  /** The same with another time between samples. */
  SoakPlan sampling(Duration changed) {
    return new SoakPlan(changed, flush, prune, keepAge, logAge, outcomes, checkpoint, restart);
  }

  private static Duration part(Duration whole, int divisor, Duration least, Duration most) {
    Duration part = whole.dividedBy(divisor);
    if (part.compareTo(least) < 0) {
      return least;
    }
    return part.compareTo(most) > 0 ? most : part;
  }
}
