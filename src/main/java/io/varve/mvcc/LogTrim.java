package io.varve.mvcc;

/** Which records of the log a prune takes away. The newest flushed one stays in any case. */
public enum LogTrim {
  /** Those that the settings let go: whole flushes that are done with, and too old or too much. */
  BY_SETTINGS,

  /** All that are done with: flushed, and looked at by prune. The bytes are given back at once. */
  DONE_WITH,

  /**
   * All that are flushed, where prune has not looked at much of them as well: a scan of all keys
   * then finds what these would have named. The bytes are given back at once.
   */
  FLUSHED
}
