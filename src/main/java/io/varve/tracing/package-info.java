/** What of a request is put into its trace, if there is somewhere to send traces to. */
@NullMarked
package io.varve.tracing;

import org.jspecify.annotations.NullMarked;
