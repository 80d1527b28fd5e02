package io.varve.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One version in the history of a key.
 *
 * @param revision the revision of the commit that wrote it
 * @param time when that commit was made; rounded down to the second once the commit has left the
 *     log
 * @param value the value, or null where the commit deleted the key
 */
public record HistoryEntry(Revision revision, Instant time, @Nullable Value value) {}
