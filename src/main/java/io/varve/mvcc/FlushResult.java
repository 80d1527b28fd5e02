package io.varve.mvcc;

import io.varve.model.Revision;
import java.time.Duration;

/**
 * What a flush did.
 *
 * @param flushed the flushed revision afterwards
 * @param commits commits that were written out
 * @param keys distinct keys
 * @param versions versions written
 * @param collapsed versions that were left out, since nothing needs them any more
 * @param bytes bytes of keys and values handed to the engine, log included where it is not there
 *     yet
 * @param took time it took
 */
public record FlushResult(
    Revision flushed,
    long commits,
    long keys,
    long versions,
    long collapsed,
    long bytes,
    Duration took) {
  /** A flush that found nothing to do. */
  static FlushResult none(Revision flushed) {
    return new FlushResult(flushed, 0, 0, 0, 0, 0, Duration.ZERO);
  }
}
