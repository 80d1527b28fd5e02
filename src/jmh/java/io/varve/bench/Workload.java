package io.varve.bench;

import io.varve.model.Durability;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The work of {@code compare}. */
enum Workload {
  /** Adds 1 to one of a million keys, log off. */
  RMW_WAL_OFF("rmw-wal-off", Shape.INCREMENTS, Durability.FLUSH_ONLY),
  /** The same with a log that no commit waits for. */
  RMW_WAL_ON("rmw-wal-on", Shape.INCREMENTS, Durability.SYNC_ON_INTERVAL),
  /** The same with a log that is synced before a commit is acknowledged. */
  RMW_SYNC("rmw-sync", Shape.INCREMENTS, Durability.SYNC_ON_COMMIT),
  /** Four fifths of the increments go to five keys. */
  HOT("hot", Shape.INCREMENTS, Durability.FLUSH_ONLY),
  /** 100 000 entries in rising order, into new stores. */
  BULK_WAL_OFF("bulk-wal-off", Shape.BULK, Durability.FLUSH_ONLY),
  /** The same with the log on. */
  BULK_WAL_ON("bulk-wal-on", Shape.BULK, Durability.SYNC_ON_INTERVAL),
  /** Five million entries in no order, into a new store, until compaction has come to rest. */
  LOAD("load", Shape.LOAD, Durability.SYNC_ON_INTERVAL),
  /** Kills a store in the middle of its work and counts what it holds. */
  DURABILITY("durability", Shape.DURABILITY, Durability.SYNC_ON_COMMIT);

  /** What a round is. */
  enum Shape {
    /** Transactions for some seconds on a store that stays. */
    INCREMENTS,
    /** Entries in rising order into new stores, for some seconds. */
    BULK,
    /** Entries in no order into one new store. */
    LOAD,
    /** No round: a check. */
    DURABILITY
  }

  static final int KEYS = 1_000_000;
  static final int BULK_ENTRIES = 100_000;
  static final int LOAD_ENTRIES = 5_000_000;

  final String label;
  final Shape shape;
  final Durability durability;

  Workload(String label, Shape shape, Durability durability) {
    this.label = label;
    this.shape = shape;
    this.durability = durability;
  }

  /** The thread counts that {@code kind} is measured at; the best one counts. */
  List<Integer> threads(ContenderKind kind) {
    return switch (this) {
      case RMW_WAL_OFF, RMW_WAL_ON -> List.of(2);
      // A group commit lives on many threads. Which number is best is for each peer to show.
      case RMW_SYNC -> kind.isVarve() ? List.of(64) : List.of(8, 32, 64);
      case HOT -> List.of(8);
      case BULK_WAL_OFF, BULK_WAL_ON, LOAD -> List.of(1);
      case DURABILITY -> List.of(8);
    };
  }

  /** Who takes part unless somebody is named: a load of minutes is for the plain loop alone. */
  Set<ContenderKind> defaultSystems() {
    return this == LOAD
        ? EnumSet.of(ContenderKind.VARVE, ContenderKind.ROCKSDB)
        : EnumSet.complementOf(EnumSet.of(ContenderKind.VARVE_METERED));
  }

  /** How many rounds count, unless the command line says so. */
  int defaultRounds() {
    return this == LOAD ? 3 : 5;
  }

  /** Rounds before those that count. A load is long enough to be its own warm-up. */
  int warmUpRounds() {
    return this == LOAD ? 0 : 1;
  }

  static Workload of(String label) {
    return Arrays.stream(values())
        .filter(workload -> workload.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no workload '" + label + "'; there are " + labels() + "."));
  }

  private static String labels() {
    return Arrays.stream(values())
        .map(workload -> workload.label)
        .collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return label;
  }
}
