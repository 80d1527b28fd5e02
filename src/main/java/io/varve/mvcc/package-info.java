/**
 * Multi-version storage: byte layouts, the overlay of unflushed versions, reads at a revision,
 * flush, prune and recovery. Decides neither isolation nor commit order; {@code txn} does.
 */
@NullMarked
package io.varve.mvcc;

import org.jspecify.annotations.NullMarked;
