/**
 * Copies of the store in directories of their own: made beside the running store, verified without
 * being changed, and put in the place of the store by a restore.
 */
@NullMarked
package io.varve.checkpoint;

import org.jspecify.annotations.NullMarked;
