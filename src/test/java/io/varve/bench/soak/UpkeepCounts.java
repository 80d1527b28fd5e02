package io.varve.bench.soak;

/**
 * What a store did beside the work.
 *
 * @param flushes that ended well
 * @param prunes that ended well
 * @param prunedVersions versions that prunes removed
 * @param failures of either
 */
record UpkeepCounts(long flushes, long prunes, long prunedVersions, long failures) {
  static final UpkeepCounts NONE = new UpkeepCounts(0, 0, 0, 0);

  UpkeepCounts plus(UpkeepCounts other) {
    return new UpkeepCounts(
        flushes + other.flushes,
        prunes + other.prunes,
        prunedVersions + other.prunedVersions,
        failures + other.failures);
  }

  UpkeepCounts minus(UpkeepCounts other) {
    return new UpkeepCounts(
        flushes - other.flushes,
        prunes - other.prunes,
        prunedVersions - other.prunedVersions,
        failures - other.failures);
  }
}
