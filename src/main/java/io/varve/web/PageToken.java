package io.varve.web;

import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.StoreId;

/**
 * Where a scan by pages goes on.
 *
 * @param storeId of the store that was read
 * @param revision that all pages show
 * @param reverse from the highest key down
 * @param whole the range of the whole scan, which the next request may repeat but not change
 * @param rest what is left of it
 */
record PageToken(
    StoreId storeId, Revision revision, boolean reverse, KeyRange whole, KeyRange rest) {}
