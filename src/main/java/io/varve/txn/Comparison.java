package io.varve.txn;

/** How a condition compares what is there with what is asked for. */
public enum Comparison {
  EQ,
  NE,
  LT,
  LE,
  GT,
  GE;

  /** Whether it holds, given how what is there compares with what is asked for. */
  boolean holds(int compared) {
    return switch (this) {
      case EQ -> compared == 0;
      case NE -> compared != 0;
      case LT -> compared < 0;
      case LE -> compared <= 0;
      case GT -> compared > 0;
      case GE -> compared >= 0;
    };
  }
}
