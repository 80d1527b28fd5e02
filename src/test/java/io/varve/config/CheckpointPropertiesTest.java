package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

/** Tests for the settings of checkpoints. */
final class CheckpointPropertiesTest {
  private static <T> T bind(Class<T> type, String prefix, String... namesAndValues) {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new Binder(new MapConfigurationPropertySource(values))
        .bindOrCreate(prefix, Bindable.of(type));
  }

  private static CheckpointProperties checkpoint(String... set) {
    return bind(CheckpointProperties.class, "varve.checkpoint", set);
  }

  private static Path directory(String... set) {
    return checkpoint(set).directory(bind(StoreProperties.class, "varve", set));
  }

  @Test
  void defaults() {
    assertThat(checkpoint()).isEqualTo(new CheckpointProperties(null, Duration.ZERO, 5, true));
    assertThat(bind(RestoreProperties.class, "varve").checkpoint()).isNull();
  }

  @Test
  void everySetting_isRead() {
    assertThat(
            checkpoint(
                "varve.checkpoint.dir", "/copies",
                "varve.checkpoint.interval", "6h",
                "varve.checkpoint.keep", "2",
                "varve.checkpoint.verify", "false"))
        .isEqualTo(new CheckpointProperties(Path.of("/copies"), Duration.ofHours(6), 2, false));
    assertThat(bind(RestoreProperties.class, "varve", "varve.restore", " x ").checkpoint())
        .isEqualTo("x");
    assertThat(bind(RestoreProperties.class, "varve", "varve.restore", " ").checkpoint()).isNull();
  }

  @Test
  void directory_isInTheDataDirectoryUnlessSet() {
    assertThat(directory()).isEqualTo(Path.of("data/checkpoints"));
    assertThat(directory("varve.data-dir", "/x")).isEqualTo(Path.of("/x/checkpoints"));
    assertThat(directory("varve.data-dir", "/x", "varve.checkpoint.dir", "/x/db2"))
        .isEqualTo(Path.of("/x/db2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/x/db", "/x/db/copies", "/x/y/../db/copies"})
  void directory_isNotInWhatARestoreReplaces(String dir) {
    assertThatExceptionOfType(InvalidConfigurationPropertyValueException.class)
        .isThrownBy(() -> directory("varve.data-dir", "/x", "varve.checkpoint.dir", dir))
        .withMessageContaining("varve.checkpoint.dir");
  }

  @ParameterizedTest
  @ValueSource(strings = {"varve.checkpoint.keep=0", "varve.checkpoint.interval=-1s"})
  void badValue_isRefused(String property) {
    new ApplicationContextRunner()
        .withUserConfiguration(PropertiesOnly.class)
        .withPropertyValues(property)
        .run(context -> assertThat(context).hasFailed());
  }

  @Test
  void goodValues_areAccepted() {
    new ApplicationContextRunner()
        .withUserConfiguration(PropertiesOnly.class)
        .run(context -> assertThat(context).hasNotFailed());
  }

  @EnableConfigurationProperties({CheckpointProperties.class, RestoreProperties.class})
  private static final class PropertiesOnly {}
}
