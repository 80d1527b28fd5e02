package io.varve.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** Gives each server of the tests a data directory of its own, below {@code target}. */
public final class EmptyStore
    implements ApplicationContextInitializer<ConfigurableApplicationContext> {
  @Override
  public void initialize(ConfigurableApplicationContext context) {
    try {
      Path parent = Files.createDirectories(Path.of("target", "test-stores"));
      Path directory = Files.createTempDirectory(parent, "store-");
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(
              new MapPropertySource("empty-store", Map.of("varve.data-dir", directory.toString())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
