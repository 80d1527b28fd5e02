/** The application's entry point. */
@NullMarked
package io.varve;

import org.jspecify.annotations.NullMarked;
