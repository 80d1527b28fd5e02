package io.varve.mvcc;

import java.time.Duration;

/**
 * How much of the log stays once it is flushed and pruned. It is trimmed when either is exceeded.
 *
 * @param keepAge how long a record stays
 * @param keepBytes bytes of records that stay
 */
public record LogRetention(Duration keepAge, long keepBytes) {}
