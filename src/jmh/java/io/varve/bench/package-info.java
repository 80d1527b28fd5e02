/** Benchmarks: Varve beside what one would use instead, in one run. Not part of the service. */
@NullMarked
package io.varve.bench;

import org.jspecify.annotations.NullMarked;
