/** The image, built from this tree and run in a real container engine. */
@NullMarked
package io.varve.container;

import org.jspecify.annotations.NullMarked;
