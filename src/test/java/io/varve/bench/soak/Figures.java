package io.varve.bench.soak;

import org.jspecify.annotations.Nullable;

/**
 * What the process with the store takes at one moment; null where nothing tells.
 *
 * @param heapUsedBytes of the JVM's heap, garbage included
 * @param residentBytes memory that the system has given to the process
 * @param fileDescriptors that are open
 * @param openHandles native objects that are open
 * @param sstBytes bytes of sorted files
 * @param revision the newest
 */
record Figures(
    @Nullable Long heapUsedBytes,
    @Nullable Long residentBytes,
    @Nullable Long fileDescriptors,
    @Nullable Long openHandles,
    @Nullable Long sstBytes,
    @Nullable Long revision) {
  static final Figures UNKNOWN = new Figures(null, null, null, null, null, null);
}
