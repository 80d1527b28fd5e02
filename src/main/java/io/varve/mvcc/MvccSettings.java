package io.varve.mvcc;

import io.varve.model.Durability;
import io.varve.model.HoldLimits;
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
 * @param holds how many revisions may be held, and for how long
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
    HoldLimits holds,
    long revisionBlock) {
  private static final long MEBIBYTE = 1L << 20;

  /** Settings with the default limits of outcomes and holds. */
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
        HoldLimits.DEFAULTS,
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
        holds,
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
        holds,
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
        holds,
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
        holds,
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
        holds,
        revisionBlock);
  }

  /** The same settings with other limits of holds. */
  public MvccSettings with(HoldLimits changed) {
    return new MvccSettings(
        directory,
        durability,
        overlay,
        cacheMaxBytes,
        retention,
        log,
        acceptDataLoss,
        outcomes,
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
        holds,
        revisionBlock);
  }
}
