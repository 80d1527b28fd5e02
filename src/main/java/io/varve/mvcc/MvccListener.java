package io.varve.mvcc;

/** Hears of events in a store. Called on the thread that causes them: return at once. */
public interface MvccListener {
  /** Hears nothing. */
  MvccListener NONE = new MvccListener() {};

  /** The overlay has reached a flush threshold. */
  default void flushNeeded() {}

  /** Writes are refused from now on. */
  default void becameReadOnly(String reason, Throwable cause) {}
}
