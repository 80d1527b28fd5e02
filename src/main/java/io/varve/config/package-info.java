/**
 * Wires everything: settings as the operator writes them, explicit beans, start and stop. Nothing
 * depends on it.
 */
@NullMarked
package io.varve.config;

import org.jspecify.annotations.NullMarked;
