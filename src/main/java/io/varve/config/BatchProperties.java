package io.varve.config;

import io.varve.txn.AdaptiveBatchSettings;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How chunks of bulk writes and groups of commits follow the throughput.
 *
 * @param minChunk entries of a chunk at least
 * @param maxChunk entries of a chunk at most
 * @param initialMin where the first chunk starts at least
 * @param initialMax where the first chunk starts at most
 * @param maxBytes bytes of keys and values at which a chunk ends in any case
 * @param targetRsd relative standard deviation of the throughput up to which chunks grow; 0.08 is 8
 *     percent
 * @param adjustUp by what part a chunk grows
 * @param adjustDown by what part a chunk shrinks
 * @param window chunks over which the deviation is taken
 * @param maxDelay how long a line of a bulk load may wait for the rest of its chunk
 */
@Validated
@ConfigurationProperties("varve.batch")
public record BatchProperties(
    @Min(1) @DefaultValue("1000") int minChunk,
    @Min(1) @DefaultValue("60000") int maxChunk,
    @Min(1) @DefaultValue("2000") int initialMin,
    @Min(1) @DefaultValue("50000") int initialMax,
    @NotNull @MinSize("1B") @DefaultValue("8MB") DataSize maxBytes,
    @DecimalMin("0") @DefaultValue("0.08") double targetRsd,
    @DecimalMin("0") @DefaultValue("0.15") double adjustUp,
    @DecimalMin("0") @DecimalMax("0.99") @DefaultValue("0.30") double adjustDown,
    @Min(2) @Max(10_000) @DefaultValue("6") int window,
    @NotNull @DurationMin(millis = 1) @DefaultValue("2s") Duration maxDelay) {
  AdaptiveBatchSettings toSettings() {
    if (maxChunk < minChunk) {
      throw new InvalidConfigurationPropertyValueException(
          "varve.batch.max-chunk",
          maxChunk,
          "It must not be below varve.batch.min-chunk, which is " + minChunk + ".");
    }
    if (initialMax < initialMin) {
      throw new InvalidConfigurationPropertyValueException(
          "varve.batch.initial-max",
          initialMax,
          "It must not be below varve.batch.initial-min, which is " + initialMin + ".");
    }
    return new AdaptiveBatchSettings(
        minChunk,
        maxChunk,
        initialMin,
        initialMax,
        maxBytes.toBytes(),
        targetRsd,
        adjustUp,
        adjustDown,
        window,
        maxDelay);
  }
}
