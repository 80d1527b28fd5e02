package io.varve.config;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.validation.annotation.Validated;

/**
 * Copies of the store.
 *
 * @param dir where they are; "checkpoints" in the data directory if this is not set. Files are
 *     linked where it is on the same file system as the store, and copied elsewhere
 * @param interval time between two scheduled checkpoints; 0s for none
 * @param keep scheduled checkpoints that stay; those that somebody asked for stay in any case
 * @param verify whether each is verified once it is made
 */
@Validated
@ConfigurationProperties("varve.checkpoint")
public record CheckpointProperties(
    @Nullable Path dir,
    @NotNull @DurationMin(millis = 0) @DefaultValue("0s") Duration interval,
    @Min(1) @DefaultValue("5") int keep,
    @DefaultValue("true") boolean verify) {

  /** Where checkpoints are, given what the store is. */
  Path directory(StoreProperties store) {
    if (dir == null) {
      return store.dataDir().resolve("checkpoints");
    }
    Path engine = store.engineDirectory().toAbsolutePath().normalize();
    if (dir.toAbsolutePath().normalize().startsWith(engine)) {
      throw new InvalidConfigurationPropertyValueException(
          "varve.checkpoint.dir",
          dir,
          "It must not be in " + engine + ", which a restore replaces.");
    }
    return dir;
  }
}
