package io.varve.storage;

/** How far a write has got when the call returns. */
public enum WriteSync {
  /** In the operating system's hands: it survives the end of this process. */
  LOGGED,
  /** On stable storage: it survives a power failure. */
  SYNCED
}
