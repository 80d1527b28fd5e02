package io.varve.web;

import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.StoreId;

/**
 * Where a scan by pages goes on.
 *
 * @param storeId of the store that was read
 * @param revision that all pages show
 * @param scope where it may be used: in the transaction of this id, or outside of any if empty
 * @param reverse from the highest key down
 * @param whole the range of the whole scan, which the next request may repeat but not change
 * @param rest what is left of it
 */
record PageToken(
    StoreId storeId,
    Revision revision,
    String scope,
    boolean reverse,
    KeyRange whole,
    KeyRange rest) {
  /** The scope of what is read outside of transactions. */
  static final String NO_TRANSACTION = "";
}
