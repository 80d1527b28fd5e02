package io.varve.config;

import java.util.Set;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Refuses keys below {@code varve.security} that nothing reads. Anywhere else a mistyped key means
 * a default; here it could mean that a token may do more than its owner believes.
 *
 * <p>Spring Boot can refuse unknown keys too, but leaves out environment variables, and prints the
 * value that it refuses.
 */
final class SecurityKeys {
  private static final ConfigurationPropertyName ROOT =
      ConfigurationPropertyName.of(SecurityProperties.PREFIX);
  private static final ConfigurationPropertyName TOKENS = ROOT.append("tokens");
  private static final ConfigurationPropertyName JWT = ROOT.append("jwt");

  /** Stands for the place in a list. */
  private static final String ITEM = "[]";

  private static final Set<String> KNOWN = Set.of("mode", "allowanonymous", "reloadinterval");
  private static final Set<String> KNOWN_OF_TOKENS =
      Set.of(
          "sha256",
          "sha256" + ITEM,
          "roles",
          "roles" + ITEM,
          "prefixes",
          "prefixes" + ITEM,
          "writeprefixes",
          "writeprefixes" + ITEM,
          "expiresat");

  private static final Set<String> KNOWN_OF_JWT =
      Set.of(
          "issueruri",
          "jwkseturi",
          "publickeylocation",
          "audiences",
          "audiences" + ITEM,
          "algorithms",
          "algorithms" + ITEM,
          "principalclaim",
          "rolesclaim",
          "rolesprefix",
          "prefixesclaim",
          "writeprefixesclaim",
          "prefixesrequired",
          "clockskew");

  private SecurityKeys() {}

  /** Throws {@link AccessException} for a key that is not known. */
  static void check(Environment environment) {
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource names) {
        boolean isOfVariables =
            source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource;
        for (ConfigurationPropertyName name : names) {
          if (ROOT.isAncestorOf(name) && !isKnown(name, isOfVariables)) {
            throw refusal(name);
          }
        }
      }
    }
  }

  private static AccessException refusal(ConfigurationPropertyName name) {
    return new AccessException(
        "The setting "
            + name
            + " is not known. A setting of access that nothing reads would leave a door"
            + " open, so it is refused.",
        "Correct or remove it. Known below varve.security are mode, allow-anonymous,"
            + " reload-interval, and below varve.security.tokens.<name> are sha256, roles,"
            + " prefixes, write-prefixes and expires-at. Those below varve.security.jwt are in"
            + " docs/operations.md.");
  }

  private static boolean isKnown(ConfigurationPropertyName name, boolean isOfVariables) {
    if (TOKENS.isAncestorOf(name)) {
      return KNOWN_OF_TOKENS.contains(rest(name, TOKENS.getNumberOfElements() + 1, isOfVariables));
    }
    return JWT.isAncestorOf(name)
        ? KNOWN_OF_JWT.contains(rest(name, JWT.getNumberOfElements(), isOfVariables))
        : KNOWN.contains(rest(name, ROOT.getNumberOfElements(), isOfVariables));
  }

  /**
   * What follows the first {@code from} elements. A variable may have an underscore where the
   * setting has a dash, and only there are the two the same to Spring Boot.
   */
  private static String rest(ConfigurationPropertyName name, int from, boolean isOfVariables) {
    StringBuilder rest = new StringBuilder();
    for (int i = from; i < name.getNumberOfElements(); i++) {
      if (name.isNumericIndex(i)) {
        rest.append(ITEM);
      } else {
        rest.append(i == from || isOfVariables ? "" : ".").append(name.getElement(i, Form.UNIFORM));
      }
    }
    return rest.toString();
  }
}
