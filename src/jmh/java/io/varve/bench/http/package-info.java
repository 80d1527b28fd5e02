/** A load program that speaks HTTP to a running server and checks every answer. */
@NullMarked
package io.varve.bench.http;

import org.jspecify.annotations.NullMarked;
