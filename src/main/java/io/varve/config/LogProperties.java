package io.varve.config;

import io.varve.mvcc.LogRetention;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How much of the change log stays once it is flushed and pruned. It is trimmed when either is
 * exceeded.
 *
 * @param keepAge how long a record stays
 * @param keepBytes bytes of records that stay; unless it is set 1GB, but no more than a tenth of
 *     the disk and a quarter of varve.disk.max-store-bytes
 */
@Validated
@ConfigurationProperties("varve.log")
public record LogProperties(
    @NotNull @DurationMin @DefaultValue("1h") Duration keepAge,
    @MinSize("1B") @Nullable DataSize keepBytes) {
  private static final long MOST_BYTES = DataSize.ofGigabytes(1).toBytes();
  private static final int SHARE_OF_DISK = 10;
  private static final int SHARE_OF_STORE = 4;

  /**
   * The settings of the store.
   *
   * @param diskBytes of its disk in all
   * @param maxStoreBytes how large it may become; 0 for no bound
   */
  LogRetention toSettings(long diskBytes, long maxStoreBytes) {
    return new LogRetention(
        keepAge, keepBytes == null ? defaultBytes(diskBytes, maxStoreBytes) : keepBytes.toBytes());
  }

  private static long defaultBytes(long diskBytes, long maxStoreBytes) {
    long bytes = Math.min(MOST_BYTES, diskBytes / SHARE_OF_DISK);
    return maxStoreBytes == 0 ? bytes : Math.min(bytes, maxStoreBytes / SHARE_OF_STORE);
  }
}
