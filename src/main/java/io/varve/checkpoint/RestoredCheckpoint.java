package io.varve.checkpoint;

import io.varve.model.Revision;
import io.varve.model.StoreId;

/**
 * What a restore has put in the place of the store.
 *
 * @param id the checkpoint
 * @param storeId the new id of the store
 * @param revision the store has the state of this revision
 * @param ceiling the next commit gets a revision above this one
 */
public record RestoredCheckpoint(String id, StoreId storeId, Revision revision, Revision ceiling) {}
