package io.varve.bench.soak;

/**
 * What became of checkpoints.
 *
 * @param created how many were made
 * @param verified how many of them were found as they were made
 * @param deleted how many were removed again
 */
record CheckpointCounts(long created, long verified, long deleted) {
  static final CheckpointCounts NONE = new CheckpointCounts(0, 0, 0);
}
