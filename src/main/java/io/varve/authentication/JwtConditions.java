package io.varve.authentication;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;

/**
 * What a token must say, beside being signed: that it is of this issuer, for this service, and for
 * now.
 *
 * @param issuer its "iss", to the letter; null where any does, since the key tells the issuer
 * @param audiences one of its "aud" must be among them
 * @param skew by how much the clocks may differ
 * @param clock what the time is
 */
public record JwtConditions(
    @Nullable String issuer, Set<String> audiences, Duration skew, InstantSource clock)
    implements OAuth2TokenValidator<Jwt> {
  /** Copies the audiences. */
  public JwtConditions {
    audiences = Set.copyOf(audiences);
  }

  @Override
  public OAuth2TokenValidatorResult validate(Jwt token) {
    String fault = fault(token, clock.instant());
    return fault == null
        ? OAuth2TokenValidatorResult.success()
        : OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_token", fault, null));
  }

  private @Nullable String fault(Jwt token, Instant now) {
    Instant end = token.getExpiresAt();
    Instant begin = token.getNotBefore();
    List<String> meant = token.getAudience();
    if (end == null) {
      return "the token never expires";
    }
    if (!now.isBefore(end.plus(skew))) {
      return "the token has expired";
    }
    if (begin != null && now.isBefore(begin.minus(skew))) {
      return "the token is not valid yet";
    }
    if (issuer != null && !issuer.equals(token.getClaimAsString("iss"))) {
      return "the token is of another issuer";
    }
    return meant == null || Collections.disjoint(meant, audiences)
        ? "the token is for somebody else"
        : null;
  }
}
