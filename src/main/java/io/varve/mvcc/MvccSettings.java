package io.varve.mvcc;

import io.varve.model.Durability;
import io.varve.model.Retention;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Settings of an {@link MvccStore}.
 *
 * @param directory where the side file lives; the parent of the engine's own directory
 * @param durability what an acknowledged commit has survived
 * @param overlay how large unflushed data may grow
 * @param cacheMaxBytes heap bytes of the read cache
 * @param retention which superseded versions stay
 * @param log how much of the log stays
 * @param acceptDataLoss open for writing although synced commits are missing
 * @param outcomes how many outcomes of requests may be kept
 * @param revisionBlock revisions reserved at a time; after a crash as many may be skipped
 */
public record MvccSettings(
    Path directory,
    Durability durability,
    OverlayLimits overlay,
    long cacheMaxBytes,
    Retention retention,
    LogRetention log,
    boolean acceptDataLoss,
    OutcomeLimits outcomes,
    long revisionBlock) {
  private static final long MEBIBYTE = 1L << 20;

  /** Settings with the default limits of outcomes. */
  public MvccSettings(
      Path directory,
      Durability durability,
      OverlayLimits overlay,
      long cacheMaxBytes,
      Retention retention,
      LogRetention log,
      boolean acceptDataLoss,
      long revisionBlock) {
    this(
        directory,
        durability,
        overlay,
        cacheMaxBytes,
        retention,
        log,
        acceptDataLoss,
        OutcomeLimits.DEFAULTS,
        revisionBlock);
  }

  /** The defaults of the service, for a store in {@code directory}. */
  public static MvccSettings defaults(Path directory) {
    return new MvccSettings(
        directory,
        Durability.SYNC_ON_COMMIT,
        new OverlayLimits(64 * MEBIBYTE, 1_000_000, 256 * MEBIBYTE),
        64 * MEBIBYTE,
        new Retention(10, Duration.ofMinutes(5)),
        new LogRetention(Duration.ofHours(1), 1L << 30),
        false,
        1L << 20);
  }

  /** The same settings with another durability. */
  public MvccSettings with(Durability changed) {
    return new MvccSettings(
        directory,
        changed,
        overlay,
        cacheMaxBytes,
        retention,
        log,
        acceptDataLoss,
        outcomes,
        revisionBlock);
  }

  /** The same settings with other bounds of the overlay. */
  public MvccSettings with(OverlayLimits changed) {
    return new MvccSettings(
        directory,
        durability,
        changed,
        cacheMaxBytes,
        retention,
        log,
        acceptDataLoss,
        outcomes,
        revisionBlock);
  }

  /** The same settings with another retention. */
  public MvccSettings with(Retention changed) {
    return new MvccSettings(
        directory,
        durability,
        overlay,
        cacheMaxBytes,
        changed,
        log,
        acceptDataLoss,
        outcomes,
        revisionBlock);
  }

  /** The same settings with other bounds of the log. */
  public MvccSettings with(LogRetention changed) {
    return new MvccSettings(
        directory,
        durability,
        overlay,
        cacheMaxBytes,
        retention,
        changed,
        acceptDataLoss,
        outcomes,
        revisionBlock);
  }

  /** The same settings with other limits of outcomes. */
  public MvccSettings with(OutcomeLimits changed) {
    return new MvccSettings(
        directory,
        durability,
        overlay,
        cacheMaxBytes,
        retention,
        log,
        acceptDataLoss,
        changed,
        revisionBlock);
  }

  /** The same settings, which open a store although synced commits are missing. */
  public MvccSettings acceptingDataLoss() {
    return new MvccSettings(
        directory,
        durability,
        overlay,
        cacheMaxBytes,
        retention,
        log,
        true,
        outcomes,
        revisionBlock);
  }
}
