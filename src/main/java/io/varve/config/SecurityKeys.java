package io.varve.config;

import java.util.Set;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

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

  private static final Set<ConfigurationPropertyName> KNOWN =
      Set.of(
          ROOT.append("mode"),
          ROOT.append("allow-anonymous"),
          // As VARVE_SECURITY_ALLOW_ANONYMOUS reads to those who do not know that there is a dash.
          ROOT.append("allow.anonymous"));

  private SecurityKeys() {}

  /** Throws {@link AccessException} for a key that is not known. */
  static void check(Environment environment) {
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      if (source instanceof IterableConfigurationPropertySource names) {
        for (ConfigurationPropertyName name : names) {
          if (ROOT.isAncestorOf(name) && !isKnown(name)) {
            throw new AccessException(
                "The setting "
                    + name
                    + " is not known. A setting of access that nothing reads would leave a door"
                    + " open, so the service does not start.",
                "Correct or remove it. Known are varve.security.mode,"
                    + " varve.security.allow-anonymous and varve.security.tokens.<name>.sha256."
                    + " Roles and key prefixes are not there yet: every token opens everything.");
          }
        }
      }
    }
  }

  private static boolean isKnown(ConfigurationPropertyName name) {
    return KNOWN.contains(name)
        || (TOKENS.isAncestorOf(name)
            && name.getNumberOfElements() == TOKENS.getNumberOfElements() + 2
            && name.getLastElement(Form.UNIFORM).equals("sha256"));
  }
}
