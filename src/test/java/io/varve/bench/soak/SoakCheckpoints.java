package io.varve.bench.soak;

/** Checkpoints of a store. A failure is thrown as it comes. */
interface SoakCheckpoints {
  /** Makes one; its id. */
  String create();

  /** Whether it is as it was made. */
  boolean verify(String id);

  /** Removes one. */
  void delete(String id);
}
