package io.varve.authentication;

import io.varve.access.Principal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

/**
 * The tokens that open the service, which may be exchanged while it runs. Only their SHA-256 is
 * known here, so a look at the settings or at a heap dump gives nobody a token. Thread-safe.
 *
 * <p>A plain hash is enough for tokens that are long and random; one that a person made up could be
 * guessed from it.
 */
public final class KnownTokens implements AuthenticationProvider {
  /** Never used but to be cloned: to look it up costs more than the hash of a token. */
  private static final MessageDigest SHA256 = newSha256();

  private final InstantSource clock;
  private volatile List<KnownToken> tokens;

  /** These tokens, which expire by {@code clock}. */
  public KnownTokens(List<KnownToken> tokens, InstantSource clock) {
    this.tokens = List.copyOf(tokens);
    this.clock = clock;
  }

  /** Puts others in their place. A request that is under way goes on. */
  public void replace(List<KnownToken> others) {
    tokens = List.copyOf(others);
  }

  @Override
  public boolean supports(Class<?> authentication) {
    return BearerTokenAuthenticationToken.class.isAssignableFrom(authentication);
  }

  @Override
  public Authentication authenticate(Authentication shown) {
    Principal owner = owner(((BearerTokenAuthenticationToken) shown).getToken());
    if (owner == null) {
      throw new InvalidBearerTokenException("This token is not known.");
    }
    return new CallerAuthentication(owner);
  }

  /** Whose token this is, or null. How long that takes tells nothing about any of them. */
  private @Nullable Principal owner(String token) {
    byte[] presented = sha256(token.getBytes(StandardCharsets.UTF_8));
    KnownToken found = null;
    for (KnownToken known : tokens) {
      if (MessageDigest.isEqual(known.sha256(), presented)) {
        found = known; // and on to the last one
      }
    }
    return found == null || found.isExpired(clock.instant()) ? null : found.owner();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return ((MessageDigest) SHA256.clone()).digest(bytes);
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("that of the JDK can be cloned", e);
    }
  }

  private static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
