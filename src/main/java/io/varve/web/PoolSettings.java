package io.varve.web;

/**
 * How many platform threads long work has.
 *
 * @param work scans, steps of streams, and the parsing, writing and hashing of large bodies
 * @param writes transactions that are large or that scan
 * @param jobs upkeep that an operator asks for
 * @param waiting tasks of each pool that may wait for a thread
 */
public record PoolSettings(int work, int writes, int jobs, int waiting) {}
