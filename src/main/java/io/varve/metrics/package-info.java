/** Meters of what this service alone has. */
@NullMarked
package io.varve.metrics;

import org.jspecify.annotations.NullMarked;
