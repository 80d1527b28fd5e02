package io.varve.txn;

import io.varve.model.Revision;
import java.util.function.Supplier;

/**
 * A chunk of a bulk load that is on its way into the log.
 *
 * @param number 1 for the first of the load
 * @param entries entries given to the writer, of which those to one key are one write
 * @param rate entries a second
 * @param rsd relative standard deviation of the rate over the last chunks
 * @param revision waits until the chunk is committed, and throws if it was not or if that is not
 *     known; any thread may ask, as often as it likes
 */
public record AdaptiveBatchChunk(
    int number, long entries, double rate, double rsd, Supplier<Revision> revision) {}
