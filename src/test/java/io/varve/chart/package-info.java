/** Drawings of what was measured. */
@NullMarked
package io.varve.chart;

import org.jspecify.annotations.NullMarked;
