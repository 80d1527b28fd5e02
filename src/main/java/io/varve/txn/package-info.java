/**
 * Transactions: isolation, conflict detection, commit order and group commit, over the
 * multi-version store.
 */
@NullMarked
package io.varve.txn;

import org.jspecify.annotations.NullMarked;
