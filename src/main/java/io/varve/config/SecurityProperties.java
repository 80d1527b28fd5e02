package io.varve.config;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.Map;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who may use the service. {@link AccessRules} judges what is written here, and refuses keys that
 * are not known.
 *
 * @param mode "none": everybody who can reach the service may do everything; "token": whoever has a
 *     token may do what its roles say; "jwt": the same with JSON Web Tokens of an issuer
 * @param allowAnonymous whether the service may listen beyond loopback with mode "none"
 * @param reloadInterval how often the files of the settings are read again for other tokens; 0 for
 *     never
 * @param tokens the tokens of mode "token", below varve.security.tokens.NAME: sha256, roles,
 *     prefixes, write-prefixes, expires-at
 * @param jwt whose tokens mode "jwt" takes
 */
@Validated
@ConfigurationProperties(SecurityProperties.PREFIX)
public record SecurityProperties(
    @NotNull @DefaultValue("none") Mode mode,
    @DefaultValue("false") boolean allowAnonymous,
    @NotNull @DurationMin @DefaultValue("10s") Duration reloadInterval,
    @DefaultValue Map<String, TokenSettings> tokens,
    @Nullable @NestedConfigurationProperty JwtSettings jwt) {
  static final String PREFIX = "varve.security";

  /** For messages. */
  static final String ROLES = "reader, writer, admin and metrics";

  /** What a request must show. */
  public enum Mode {
    /** Nothing. */
    NONE,
    /** A token. */
    TOKEN,
    /** A JSON Web Token. */
    JWT
  }
}
