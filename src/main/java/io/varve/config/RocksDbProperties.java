package io.varve.config;

import io.varve.storage.rocksdb.RocksDbSettings;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The storage engine.
 *
 * @param blockCache native memory for blocks of sorted files
 * @param logWriteBuffer native memory of one memtable of the change log
 * @param metaWriteBuffer native memory of one memtable of the metadata
 * @param maxBackgroundJobs compactions and memtable flushes at a time
 * @param sstTargetSize size of a sorted file
 */
@Validated
@ConfigurationProperties("varve.rocksdb")
public record RocksDbProperties(
    @NotNull @MinSize("0B") @DefaultValue("128MB") DataSize blockCache,
    @NotNull @MinSize("64KB") @DefaultValue("32MB") DataSize logWriteBuffer,
    @NotNull @MinSize("64KB") @DefaultValue("4MB") DataSize metaWriteBuffer,
    @Min(1) @Max(64) @DefaultValue("2") int maxBackgroundJobs,
    @NotNull @MinSize("4KB") @DefaultValue("64MB") DataSize sstTargetSize) {
  RocksDbSettings toSettings(Path directory) {
    return RocksDbSettings.defaults(directory)
        .withBlockCacheBytes(blockCache.toBytes())
        .withWriteBufferBytes(logWriteBuffer.toBytes(), metaWriteBuffer.toBytes())
        .withMaxBackgroundJobs(maxBackgroundJobs)
        .withSstTargetBytes(sstTargetSize.toBytes());
  }
}
