package io.varve.bench.soak;

import java.util.random.RandomGenerator;

/** Kinds of work, and how often each comes. */
enum Kind {
  TRANSFER("transfer between accounts", 14),
  INCREMENT("count up, SERIALIZABLE", 10),
  TOGGLE("switch one of a pair", 6),
  PUT("blind put", 18),
  GET("read a key", 18),
  DELETE("delete", 8),
  SCAN("range scan", 6),
  AUDIT("snapshot of all that is shared", 4),
  BATCH("atomic batch", 6),
  OWN_CHECK("read what was written", 6),
  OWN_SCAN("scan all that was written", 2),
  HISTORY("history of a key", 6),
  PAST_KEY("a key at a past revision", 6),
  PAST_AUDIT("that snapshot at a past revision", 3),
  INTERACTIVE("transaction of several calls", 6),
  BULK("bulk load", 1);

  private static final int TOTAL = totalWeight();

  private final String title;
  private final int weight;

  Kind(String title, int weight) {
    this.title = title;
    this.weight = weight;
  }

  /** For the report. */
  String title() {
    return title;
  }

  /** Whether its time is that of one call, and not of a load that takes as long as it is long. */
  boolean isMeasured() {
    return this != BULK;
  }

  static Kind pick(RandomGenerator random) {
    int left = random.nextInt(TOTAL);
    for (Kind kind : values()) {
      left -= kind.weight;
      if (left < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("weights");
  }

  private static int totalWeight() {
    int total = 0;
    for (Kind kind : values()) {
      total += kind.weight;
    }
    return total;
  }
}
