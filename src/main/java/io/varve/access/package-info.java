/**
 * Who may do what: roles, grants on ranges of keys, and the one decision that all calls ask for.
 */
@NullMarked
package io.varve.access;

import org.jspecify.annotations.NullMarked;
