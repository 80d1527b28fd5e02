package io.varve.bench.soak;

import java.util.OptionalLong;

/** A transaction that takes several calls. Closing it rolls back what is not committed. */
interface SoakTransaction extends SoakView, AutoCloseable {
  /** The revision that it reads. */
  long snapshotRevision();

  /** Commits; the revision that it made, or nothing if it met another transaction. */
  OptionalLong commit();

  @Override
  void close();
}
