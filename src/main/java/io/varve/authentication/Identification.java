package io.varve.authentication;

import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationManager;

/**
 * How callers show who they are.
 *
 * @param manager turns the bearer token of a request into a {@link CallerAuthentication}; null
 *     where nobody is asked
 */
public record Identification(@Nullable AuthenticationManager manager) {
  /** Nobody is asked. */
  public static final Identification NOT_NEEDED = new Identification(null);

  /** Whether requests must show who sends them. */
  public boolean isNeeded() {
    return manager != null;
  }
}
