package io.varve.mvcc;

import io.varve.model.Revision;

/** Hears of events in a store. Called on the thread that causes them: return at once. */
public interface MvccListener {
  /** Hears nothing. */
  MvccListener NONE = new MvccListener() {};

  /** The overlay has reached a flush threshold. */
  default void flushNeeded() {}

  /** The log was synced, alone or with what was written to it; it took so long. */
  default void logSynced(long nanos) {}

  /** Writes are refused from now on. */
  default void becameReadOnly(String reason, Throwable cause) {}

  /** A step of opening the store again did not go well; it goes on. */
  default void reopening(String event, Throwable cause) {}

  /** The store was opened again, at this revision. */
  default void reopened(Revision revision) {}
}
