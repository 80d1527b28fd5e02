package io.varve.authentication;

import io.varve.access.Principal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token that opens the service, by its hash.
 *
 * @param sha256 of the token, 32 bytes
 * @param owner who shows it
 * @param expiresAt from when on it opens nothing, or null for never
 */
@SuppressWarnings("ArrayRecordComponent") // compared by hand, in constant time
public record KnownToken(byte[] sha256, Principal owner, @Nullable Instant expiresAt) {
  /** Whether it opens nothing any more. */
  public boolean isExpired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }

  @Override
  public String toString() {
    return "KnownToken[" + owner + "]";
  }
}
