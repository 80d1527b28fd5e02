package io.varve.config;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Room on the disk of the store.
 *
 * @param reserve what must stay free, but never more than an eighth of the disk; below it writes
 *     get 507, and deletes are taken until half of it
 * @param maxStoreBytes how large the store may become before writes get 507; 0 for no bound
 * @param checkInterval how often disk and engine are looked at
 */
@Validated
@ConfigurationProperties("varve.disk")
public record DiskProperties(
    @NotNull @MinSize("0B") @DefaultValue("1GB") DataSize reserve,
    @NotNull @MinSize("0B") @DefaultValue("0B") DataSize maxStoreBytes,
    @NotNull @DurationMin(millis = 10) @DefaultValue("500ms") Duration checkInterval) {}
