package io.varve.authentication;

import io.varve.access.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;

/** A caller who has shown who he is. Holds no credentials. Immutable but for what Spring sets. */
public final class CallerAuthentication extends AbstractAuthenticationToken {
  private static final long serialVersionUID = 1L;

  private final transient Principal caller;

  /** Of {@code caller}, authenticated. */
  public CallerAuthentication(Principal caller) {
    super(List.of());
    this.caller = caller;
    setAuthenticated(true);
  }

  /** Who calls. */
  public Principal caller() {
    return caller;
  }

  @Override
  public @Nullable Object getCredentials() {
    return null;
  }

  @Override
  public Object getPrincipal() {
    return caller;
  }

  @Override
  public String getName() {
    return caller.name();
  }

  /** By identity: a caller is authenticated anew for each request. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
