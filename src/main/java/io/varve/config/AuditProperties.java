package io.varve.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Where the audit log goes.
 *
 * @param file to which it is appended; without one it goes to the standard output
 * @param maxFileSize after how many bytes another file is begun, and the full one compressed
 * @param maxTotalSize how many bytes the full ones may take; the oldest are deleted
 */
@Validated
@ConfigurationProperties("varve.audit")
record AuditProperties(
    @Nullable Path file,
    @DefaultValue("64MB") @MinSize("1MB") DataSize maxFileSize,
    @DefaultValue("1GB") @MinSize("1MB") DataSize maxTotalSize) {}
