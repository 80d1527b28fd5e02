package io.varve.bench;

import io.varve.model.Durability;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The stores that can be compared. */
enum ContenderKind {
  /** Varve, without its HTTP layer. */
  VARVE("varve", VarveContender::open),
  /** RocksDB's get and put, made correct by locks in Java: what one would write by hand. */
  ROCKSDB("rocksdb", StripedLockContender::open),
  /** RocksDB's pessimistic transactions. */
  TRANSACTION_DB("transactiondb", PessimisticContender::open),
  /** RocksDB's optimistic transactions. */
  OPTIMISTIC("optimistic", OptimisticContender::open),
  /** H2's storage engine with its transactions. */
  MVSTORE("mvstore", MvStoreContender::open),
  /** Varve with the meters of the service, to see what they cost; compared only when named. */
  VARVE_METERED("varve-metered", VarveContender::openMetered);

  final String label;
  private final Opener opener;

  ContenderKind(String label, Opener opener) {
    this.label = label;
    this.opener = opener;
  }

  /** Opens a store in {@code directory}, and makes one where there is none. */
  Contender open(Path directory, Durability durability) throws Exception {
    return opener.open(directory, durability);
  }

  boolean isVarve() {
    return this == VARVE || this == VARVE_METERED;
  }

  static ContenderKind of(String label) {
    return Arrays.stream(values())
        .filter(kind -> kind.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no system '" + label + "'; there are " + labels() + "."));
  }

  private static String labels() {
    return Arrays.stream(values()).map(kind -> kind.label).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return label;
  }

  private interface Opener {
    Contender open(Path directory, Durability durability) throws Exception;
  }
}
