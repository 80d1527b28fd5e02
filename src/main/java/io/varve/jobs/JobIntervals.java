package io.varve.jobs;

import java.time.Duration;

/**
 * How long each job rests between two runs of the timer.
 *
 * @param flush between flushes
 * @param prune between prunes
 * @param expire between looks for what was left open
 * @param watch between looks at disk and engine
 */
public record JobIntervals(Duration flush, Duration prune, Duration expire, Duration watch) {}
