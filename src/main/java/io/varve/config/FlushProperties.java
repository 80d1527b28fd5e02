package io.varve.config;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * When unflushed data is written to sorted files: whichever comes first.
 *
 * @param interval time between two flushes
 * @param maxBytes estimated heap bytes of unflushed data
 * @param maxCommits unflushed commits
 * @param minBytes with the write-ahead log on, the timer leaves less than this unflushed
 * @param onStart flush once when the service has started
 */
@Validated
@ConfigurationProperties("varve.flush")
public record FlushProperties(
    @NotNull @DurationMin(millis = 10) @DefaultValue("60s") Duration interval,
    @NotNull @MinSize("1B") @DefaultValue("64MB") DataSize maxBytes,
    @Min(1) @DefaultValue("1000000") long maxCommits,
    @NotNull @MinSize("0B") @DefaultValue("4MB") DataSize minBytes,
    @DefaultValue("false") boolean onStart) {}
