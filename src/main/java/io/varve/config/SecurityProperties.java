package io.varve.config;

import jakarta.validation.constraints.NotNull;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who may use the service. {@link AccessRules} judges what is written here, and refuses keys that
 * are not known.
 *
 * @param mode "none": everybody who can reach the service may do everything; "token": whoever has a
 *     token may
 * @param allowAnonymous whether the service may listen beyond loopback with mode "none"
 * @param tokens the tokens of mode "token": varve.security.tokens.NAME.sha256 is the SHA-256 of one
 *     as 64 hex digits; each opens everything
 */
@Validated
@ConfigurationProperties(SecurityProperties.PREFIX)
public record SecurityProperties(
    @NotNull @DefaultValue("none") Mode mode,
    @DefaultValue("false") boolean allowAnonymous,
    @DefaultValue Map<String, Token> tokens) {
  static final String PREFIX = "varve.security";

  /** What a request must show. */
  public enum Mode {
    /** Nothing. */
    NONE,
    /** A token. */
    TOKEN
  }

  /**
   * A token. Its hash has no constraint here: a message of the validator would print what was
   * written in its place, and that may be the token itself.
   *
   * @param sha256 the SHA-256 of the token, as 64 hex digits
   */
  public record Token(@Nullable String sha256) {
    @Override
    public String toString() {
      return "Token";
    }
  }
}
