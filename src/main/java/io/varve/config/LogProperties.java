package io.varve.config;

import io.varve.mvcc.LogRetention;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How much of the change log stays once it is flushed and pruned. It is trimmed when either is
 * exceeded.
 *
 * @param keepAge how long a record stays
 * @param keepBytes bytes of records that stay
 */
@Validated
@ConfigurationProperties("varve.log")
public record LogProperties(
    @NotNull @DurationMin @DefaultValue("1h") Duration keepAge,
    @NotNull @MinSize("1B") @DefaultValue("1GB") DataSize keepBytes) {
  LogRetention toSettings() {
    return new LogRetention(keepAge, keepBytes.toBytes());
  }
}
