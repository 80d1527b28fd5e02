/**
 * The soak test: hours of mixed work on one store, by workers that know every right answer. It is
 * compiled with the tests, since a minute of it runs in every build; {@code benchmarks.jar} holds
 * it as well.
 */
@NullMarked
package io.varve.bench.soak;

import org.jspecify.annotations.NullMarked;
