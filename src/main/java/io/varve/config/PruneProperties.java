package io.varve.config;

import io.varve.model.Retention;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which superseded versions stay, and when the others are removed.
 *
 * @param interval time between two prunes
 * @param keepVersions how many newest versions of a key stay in any case
 * @param keepAge how long a version stays after it was superseded
 * @param budget how long a prune may take before it leaves the rest to the next one
 */
@Validated
@ConfigurationProperties("varve.prune")
public record PruneProperties(
    @NotNull @DurationMin(millis = 10) @DefaultValue("60s") Duration interval,
    @Min(1) @DefaultValue("10") int keepVersions,
    @NotNull @DurationMin @DefaultValue("5m") Duration keepAge,
    @NotNull @DurationMin(millis = 1) @DefaultValue("5s") Duration budget) {
  Retention toSettings() {
    return new Retention(keepVersions, keepAge);
  }
}
