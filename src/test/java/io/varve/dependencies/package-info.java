/** What the service is shipped with: every library, its version and its licence. */
@NullMarked
package io.varve.dependencies;

import org.jspecify.annotations.NullMarked;
