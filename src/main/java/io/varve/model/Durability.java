package io.varve.model;

/** What a commit has survived by the time it is acknowledged and visible. */
public enum Durability {
  /** The log record is on stable storage. */
  SYNC_ON_COMMIT,
  /** The log record is with the operating system, which is asked to sync at an interval. */
  SYNC_ON_INTERVAL,
  /** Nothing: the commit is in the heap until the next flush. */
  FLUSH_ONLY;

  /** Whether commits go to the write-ahead log. */
  public boolean usesLog() {
    return this != FLUSH_ONLY;
  }

  /** Whether readers may see a commit that a power failure can take back. */
  public boolean visibleBeforeDurable() {
    return this != SYNC_ON_COMMIT;
  }
}
