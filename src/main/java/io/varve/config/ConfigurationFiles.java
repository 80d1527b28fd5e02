package io.varve.config;

import java.util.Map;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/**
 * The files of the settings, which can be read again while the service runs: those of {@code
 * spring.config.location} and its kin, and what they import, such as the directory of a Secret.
 */
final class ConfigurationFiles {
  private static final Bindable<Map<String, TokenSettings>> TOKENS =
      Bindable.mapOf(String.class, TokenSettings.class);

  private final ConfigurableEnvironment started;

  /** Those that {@code started} was made of. */
  ConfigurationFiles(ConfigurableEnvironment started) {
    this.started = started;
  }

  /**
   * The tokens that a start would find now. Throws {@link AccessException} for a setting of access
   * that is not known, and what Spring Boot throws for files that it cannot read.
   */
  Map<String, TokenSettings> tokens() {
    ConfigurableEnvironment read = readAgain();
    SecurityKeys.check(read);
    return Binder.get(read).bind(SecurityProperties.PREFIX + ".tokens", TOKENS).orElseGet(Map::of);
  }

  /** What is not of files, such as arguments and variables, stays as it was at the start. */
  private ConfigurableEnvironment readAgain() {
    ConfigurableEnvironment read = new StandardEnvironment();
    MutablePropertySources sources = read.getPropertySources();
    sources.forEach(source -> sources.remove(source.getName()));
    for (PropertySource<?> source : started.getPropertySources()) {
      if (!isOfFile(source)
          && !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source)) {
        sources.addLast(source);
      }
    }
    ConfigDataEnvironmentPostProcessor.applyTo(read);
    ConfigurationPropertySources.attach(read);
    return read;
  }

  /** Nothing but Spring Boot's reading of files makes sources of these two kinds. */
  private static boolean isOfFile(PropertySource<?> source) {
    return source instanceof OriginTrackedMapPropertySource
        || source instanceof ConfigTreePropertySource;
  }
}
