/** The service watched by a real Prometheus. */
@NullMarked
package io.varve.prometheus;

import org.jspecify.annotations.NullMarked;
