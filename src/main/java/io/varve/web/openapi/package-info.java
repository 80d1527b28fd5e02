/**
 * The description of the HTTP interface in OpenAPI 3.1, which springdoc makes from the controllers:
 * annotations for what it cannot see in a method, and the last touches to the whole.
 */
@NullMarked
package io.varve.web.openapi;

import org.jspecify.annotations.NullMarked;
