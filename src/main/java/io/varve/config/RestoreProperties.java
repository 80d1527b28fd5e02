package io.varve.config;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What happens before the store opens.
 *
 * @param restore name of the checkpoint to put in the place of the store, once; for a store that
 *     cannot be opened any more
 */
@ConfigurationProperties("varve")
public record RestoreProperties(@Nullable String restore) {
  /** The checkpoint to restore, or null. */
  @Nullable String checkpoint() {
    return restore == null || restore.isBlank() ? null : restore.strip();
  }
}
