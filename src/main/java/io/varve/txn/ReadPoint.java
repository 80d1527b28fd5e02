package io.varve.txn;

import io.varve.model.Revision;
import java.time.Instant;

/** Which state a read wants. */
public sealed interface ReadPoint {
  /** The newest visible state. */
  ReadPoint LATEST = new Latest();

  /** The newest visible state. */
  record Latest() implements ReadPoint {}

  /**
   * The state at a revision.
   *
   * @param revision which
   */
  record AtRevision(Revision revision) implements ReadPoint {}

  /**
   * The state after the last commit at or before a time.
   *
   * @param time which; to the second where the log is trimmed
   */
  record AtTime(Instant time) implements ReadPoint {}
}
