package io.varve.bench.soak;

import java.util.Optional;

/** A store and its life. Thread-safe. */
interface SoakTarget extends AutoCloseable {
  /** What it is, for the report. */
  String describe();

  /** The store as it is open now; throws while it is being restarted. */
  SoakStore store();

  /** What a failure means. */
  Trouble explain(RuntimeException failure);

  /** What of the past can be relied on. */
  Promise promise();

  /** What the process takes now. */
  Figures figures();

  /** What upkeep has done so far. */
  UpkeepCounts upkeep();

  /** Its checkpoints, if it can make any. */
  Optional<SoakCheckpoints> checkpoints();

  /** Closes the store and opens it again, while others use it; if that can be done from here. */
  Optional<Runnable> restart();

  /** Goes up when a restart begins and when it ends, so it is odd in between. */
  long epoch();

  /** Waits while the store is being restarted. */
  void awaitOpen() throws InterruptedException;

  /** Closes it for good, and removes what it has made for itself. */
  @Override
  void close();
}
