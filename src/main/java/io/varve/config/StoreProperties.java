package io.varve.config;

import io.varve.model.Durability;
import io.varve.model.Retention;
import io.varve.mvcc.LogRetention;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.OverlayLimits;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The store itself.
 *
 * @param dataDir directory of the store; made if it is not there
 * @param wal whether and how commits are logged ahead
 * @param overlay bounds of unflushed data
 * @param cache the cache of flushed versions
 * @param recovery what a start does after a crash
 * @param revisionBlock revisions reserved at a time; after a crash as many may be skipped
 */
@Validated
@ConfigurationProperties("varve")
public record StoreProperties(
    @NotNull @DefaultValue("./data") Path dataDir,
    @Valid @DefaultValue Wal wal,
    @Valid @DefaultValue Overlay overlay,
    @Valid @DefaultValue Cache cache,
    @Valid @DefaultValue Recovery recovery,
    @Min(1) @Max(1L << 32) @DefaultValue("1048576") long revisionBlock) {

  /** When the write-ahead log is synced. */
  public enum Sync {
    /** Before a commit is acknowledged. */
    COMMIT,
    /** At an interval. */
    INTERVAL
  }

  /**
   * The write-ahead log.
   *
   * @param enabled whether commits are logged; if not, a crash loses what is not flushed
   * @param sync whether a commit waits until it is on stable storage, or syncs come at an interval
   * @param syncInterval how often the log is synced with sync "interval"
   */
  public record Wal(
      @DefaultValue("true") boolean enabled,
      @NotNull @DefaultValue("commit") Sync sync,
      @NotNull @DurationMin(millis = 1) @DefaultValue("100ms") Duration syncInterval) {
    Durability toDurability() {
      if (!enabled) {
        return Durability.FLUSH_ONLY;
      }
      return switch (sync) {
        case COMMIT -> Durability.SYNC_ON_COMMIT;
        case INTERVAL -> Durability.SYNC_ON_INTERVAL;
      };
    }
  }

  /**
   * Data that is not flushed.
   *
   * @param maxBytes estimated heap bytes of unflushed data at which writers wait, and in the end
   *     are refused; above varve.flush.max-bytes
   */
  public record Overlay(@NotNull @MinSize("1B") @DefaultValue("256MB") DataSize maxBytes) {}

  /**
   * The cache of flushed versions.
   *
   * @param maxBytes heap bytes it may hold
   */
  public record Cache(@NotNull @MinSize("0B") @DefaultValue("64MB") DataSize maxBytes) {}

  /**
   * The start after a crash.
   *
   * @param acceptDataLoss write again although commits that were on stable storage are missing
   */
  public record Recovery(@DefaultValue("false") boolean acceptDataLoss) {}

  /** Directory of the engine. */
  Path engineDirectory() {
    return dataDir.resolve("db");
  }

  MvccSettings toSettings(FlushProperties flush, Retention retention, LogRetention log) {
    if (overlay.maxBytes().compareTo(flush.maxBytes()) <= 0) {
      throw new InvalidConfigurationPropertyValueException(
          "varve.overlay.max-bytes",
          overlay.maxBytes(),
          "It must be above varve.flush.max-bytes, which is " + flush.maxBytes() + ".");
    }
    return new MvccSettings(
        dataDir,
        wal.toDurability(),
        new OverlayLimits(
            flush.maxBytes().toBytes(), flush.maxCommits(), overlay.maxBytes().toBytes()),
        cache.maxBytes().toBytes(),
        retention,
        log,
        recovery.acceptDataLoss(),
        revisionBlock);
  }
}
