package io.varve.checkpoint;

/** Who asked for a checkpoint. */
public enum CheckpointOrigin {
  /** An operator; it stays until somebody deletes it. */
  MANUAL,
  /** The timer; only so many of these are kept. */
  SCHEDULED
}
