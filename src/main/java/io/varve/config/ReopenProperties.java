package io.varve.config;

import io.varve.txn.StoreSessions.ReopenSettings;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.validation.annotation.Validated;

/**
 * When a store that has failed is opened again.
 *
 * @param firstPause after the failure; each pause is twice the one before
 * @param longestPause no pause is longer; a store that was open for longer begins with the first
 */
@Validated
@ConfigurationProperties("varve.reopen")
public record ReopenProperties(
    @NotNull @DurationMin(millis = 1) @DefaultValue("1s") Duration firstPause,
    @NotNull @DurationMin(millis = 1) @DefaultValue("1m") Duration longestPause) {

  ReopenSettings toSettings() {
    if (firstPause.compareTo(longestPause) > 0) {
      throw new InvalidConfigurationPropertyValueException(
          "varve.reopen.longest-pause", longestPause, "It must not be below the first pause.");
    }
    return new ReopenSettings(firstPause, longestPause);
  }
}
