/** What the probes of an orchestrator ask for. */
@NullMarked
package io.varve.health;

import org.jspecify.annotations.NullMarked;
