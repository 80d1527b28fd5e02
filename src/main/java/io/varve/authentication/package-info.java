/** Who calls: from a token or a JSON Web Token to a principal, with Spring Security. */
@NullMarked
package io.varve.authentication;

import org.jspecify.annotations.NullMarked;
