package io.varve.bench.soak;

import java.time.Duration;

/**
 * What a run is to do.
 *
 * @param duration how long it works
 * @param plan how often what happens meanwhile
 * @param threads that work
 * @param keys that all of them overwrite; each has some of its own as well
 * @param seed of what they choose; which of them comes first is chance
 * @param prefix of every key, which no other run has used
 * @param limits that the verdict applies
 */
record SoakSettings(
    Duration duration,
    SoakPlan plan,
    int threads,
    int keys,
    long seed,
    String prefix,
    SoakLimits limits) {}
