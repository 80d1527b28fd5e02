/**
 * Value types that every layer may use: keys, values, ranges, revisions, error codes. Depends on
 * nothing.
 */
@NullMarked
package io.varve.model;

import org.jspecify.annotations.NullMarked;
