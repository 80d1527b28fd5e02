/** Clients that generators make from the OpenAPI document, compiled and run against a server. */
@NullMarked
package io.varve.generated;

import org.jspecify.annotations.NullMarked;
