package io.varve.mvcc;

import io.varve.model.Revision;
import io.varve.model.StoreId;

/**
 * What a checkpoint of a store holds.
 *
 * @param storeId the store it was made of
 * @param revision everything up to here is in its sorted files
 * @param ceiling no revision above this had been reserved
 * @param formatVersion the version of the on-disk format
 */
public record StoreCheckpoint(
    StoreId storeId, Revision revision, Revision ceiling, int formatVersion) {}
