package io.varve.txn;

import io.varve.model.Revision;

/**
 * How a bulk load went.
 *
 * @param entries entries written
 * @param chunks chunks, each one commit
 * @param finalChunk the size that the next chunk would have had
 * @param averageRate entries a second, the mean over all chunks
 * @param bestRate entries a second, of the best chunk
 * @param windowRate entries a second, the mean over the window
 * @param standardDeviation of the rate over the window, in entries a second
 * @param rsd the same as a part of the mean over the window
 * @param revision of the last chunk; 0 if there was none
 */
public record AdaptiveBatchReport(
    long entries,
    int chunks,
    int finalChunk,
    double averageRate,
    double bestRate,
    double windowRate,
    double standardDeviation,
    double rsd,
    Revision revision) {}
