/**
 * Upkeep that runs at intervals and on demand: flush, prune, expiry. A job is an object that does
 * its work once; when it runs is decided elsewhere.
 */
@NullMarked
package io.varve.jobs;

import org.jspecify.annotations.NullMarked;
