package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.ScanOptions;
import io.varve.model.Value;
import io.varve.storage.rocksdb.NoLeaks;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * The anomalies of the literature as histories of two transactions, T1 and T2, step by step. The
 * keys x and y hold 0 at first.
 */
@ExtendWith(NoLeaks.class)
final class AnomalyTest {
  private static final Key X = Key.of("x");
  private static final Key Y = Key.of("y");
  private static final Key Z = Key.of("z");
  private static final KeyRange X_TO_Z = new KeyRange(X, Z.successor());

  @TempDir Path directory;
  private TestManager store;

  @BeforeEach
  void open() {
    store =
        TestManager.open(
            directory, TestManager.smallSettings(directory, Durability.SYNC_ON_INTERVAL));
    store.put(X, "0");
    store.put(Y, "0");
  }

  @AfterEach
  void close() {
    store.close();
  }

  /**
   * Lost update.
   *
   * <pre>
   * T1 reads x=0    T2 reads x=0
   * T1 writes x=1, commits
   *                 T2 writes x=2, is refused: it would bury what T1 did
   * </pre>
   */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "READ_ONLY")
  void lostUpdate_isRefused(Isolation isolation) {
    try (Transaction t1 = store.begin(isolation);
        Transaction t2 = store.begin(isolation)) {
      assertThat(TestManager.text(t1.get(X))).isEqualTo("0");
      assertThat(TestManager.text(t2.get(X))).isEqualTo("0");
      t1.put(X, Value.of("1"));
      assertCommitted(t1.commit());
      t2.put(X, Value.of("2"));
      ConflictKind kind =
          isolation == Isolation.SERIALIZABLE ? ConflictKind.READ_WRITE : ConflictKind.WRITE_WRITE;
      assertConflict(t2.commit(), kind, X);
    }
    assertThat(store.get(X)).isEqualTo("1");
  }

  /**
   * Dirty write.
   *
   * <pre>
   * T1 writes x=1   T2 writes x=2, y=2, commits
   * T1 writes y=1, is refused: else x and y would be of different transactions
   * </pre>
   */
  @ParameterizedTest
  @EnumSource(mode = Mode.EXCLUDE, names = "READ_ONLY")
  void dirtyWrite_isRefused(Isolation isolation) {
    try (Transaction t1 = store.begin(isolation);
        Transaction t2 = store.begin(isolation)) {
      t1.put(X, Value.of("1"));
      t2.put(X, Value.of("2"));
      t2.put(Y, Value.of("2"));
      assertCommitted(t2.commit());
      t1.put(Y, Value.of("1"));
      assertThat(t1.commit()).isInstanceOf(CommitResult.Conflicted.class);
    }
    assertThat(store.get(X)).isEqualTo("2");
    assertThat(store.get(Y)).isEqualTo("2");
  }

  /** Dirty read: T1 writes x=1; T2 reads x=0, before and after T1 rolls back. */
  @ParameterizedTest
  @EnumSource
  void dirtyRead_doesNotOccur(Isolation isolation) {
    try (Transaction t1 = store.begin(Isolation.SERIALIZABLE);
        Transaction t2 = store.begin(isolation)) {
      t1.put(X, Value.of("1"));
      assertThat(TestManager.text(t2.get(X))).isEqualTo("0");
      t1.rollback();
      assertThat(TestManager.text(t2.get(X))).isEqualTo("0");
    }
  }

  /**
   * Read skew and fractured read.
   *
   * <pre>
   * T1 reads x=0
   *                 T2 writes x=1, y=1, commits
   * T1 reads y=0, as it was with x=0; a scan says the same
   * </pre>
   *
   * <p>A flush between the two steps makes no difference.
   */
  @ParameterizedTest
  @EnumSource
  void readSkew_doesNotOccur(Isolation isolation) {
    try (Transaction t1 = store.begin(isolation);
        Transaction t2 = store.begin(Isolation.SERIALIZABLE)) {
      assertThat(TestManager.text(t1.get(X))).isEqualTo("0");
      t2.put(X, Value.of("1"));
      t2.put(Y, Value.of("1"));
      assertCommitted(t2.commit());
      store.store().flush();
      assertThat(TestManager.text(t1.get(Y))).isEqualTo("0");
      assertThat(t1.scan(X_TO_Z, ScanOptions.first(10)).entries())
          .extracting(TestManager::text)
          .containsExactly("0", "0");
    }
  }

  /**
   * Unrepeatable read and phantom: T1 scans x to z and finds x, y; T2 adds z and removes x; T1
   * scans again and finds x, y.
   */
  @ParameterizedTest
  @EnumSource
  void phantomRead_doesNotOccur(Isolation isolation) {
    try (Transaction t1 = store.begin(isolation);
        Transaction t2 = store.begin(Isolation.SNAPSHOT)) {
      List<Entry> before = t1.scan(X_TO_Z, ScanOptions.first(10)).entries();
      t2.put(Z, Value.of("1"));
      t2.delete(X);
      assertCommitted(t2.commit());
      assertThat(t1.scan(X_TO_Z, ScanOptions.first(10)).entries()).isEqualTo(before);
    }
  }

  /**
   * Write skew.
   *
   * <pre>
   * T1 reads x=0, y=0   T2 reads x=0, y=0
   * T1 writes x=1       T2 writes y=1
   * T1 commits          T2 is refused: after T1 it would not have read x=0
   * </pre>
   */
  @Test
  void writeSkew_isRefusedUnderSerializable() {
    try (Transaction t1 = store.begin(Isolation.SERIALIZABLE);
        Transaction t2 = store.begin(Isolation.SERIALIZABLE)) {
      writeSkew(t1, t2);
      assertCommitted(t1.commit());
      assertConflict(t2.commit(), ConflictKind.READ_WRITE, X);
    }
    assertThat(store.get(Y)).isEqualTo("0");
  }

  /** The same history under SNAPSHOT: both commit, though neither order gives x=1 and y=1. */
  @Test
  void writeSkew_occursUnderSnapshot() {
    try (Transaction t1 = store.begin(Isolation.SNAPSHOT);
        Transaction t2 = store.begin(Isolation.SNAPSHOT)) {
      writeSkew(t1, t2);
      assertCommitted(t1.commit());
      assertCommitted(t2.commit());
    }
    assertThat(store.get(X)).isEqualTo("1");
    assertThat(store.get(Y)).isEqualTo("1");
  }

  private static void writeSkew(Transaction t1, Transaction t2) {
    for (Transaction transaction : List.of(t1, t2)) {
      assertThat(TestManager.text(transaction.get(X))).isEqualTo("0");
      assertThat(TestManager.text(transaction.get(Y))).isEqualTo("0");
    }
    t1.put(X, Value.of("1"));
    t2.put(Y, Value.of("1"));
  }

  /**
   * Phantom in a decision.
   *
   * <pre>
   * T1 scans x to z, counts 2    T2 scans x to z, counts 2
   * T1 adds z, commits
   *                              T2 adds y2, is refused: it would count 3 after T1
   * </pre>
   */
  @Test
  void phantomInADecision_isRefusedUnderSerializable() {
    try (Transaction t1 = store.begin(Isolation.SERIALIZABLE);
        Transaction t2 = store.begin(Isolation.SERIALIZABLE)) {
      assertThat(t1.scan(X_TO_Z, ScanOptions.first(10)).entries()).hasSize(2);
      assertThat(t2.scan(X_TO_Z, ScanOptions.first(10)).entries()).hasSize(2);
      t1.put(Z, Value.of("1"));
      t2.put(Key.of("y2"), Value.of("1"));
      assertCommitted(t1.commit());
      assertConflict(t2.commit(), ConflictKind.RANGE, Z);
    }
  }

  /** The part of a range behind the last page of a scan was not read, and may change. */
  @Test
  void phantomBehindTheLastPage_isNoConflict() {
    try (Transaction t1 = store.begin(Isolation.SERIALIZABLE)) {
      assertThat(t1.scan(X_TO_Z, ScanOptions.first(1)).entries()).hasSize(1);
      store.put(Z, "1");
      t1.put(X, Value.of("1"));
      assertCommitted(t1.commit());
    }
  }

  /**
   * Read-only anomaly (Fekete, O'Neil and O'Neil, 2004).
   *
   * <pre>
   * T2 reads x=0, y=0
   *                     T1 writes y=20, commits
   * T3 reads x=0, y=20, commits
   * T2 writes x=-11, is refused: T3 saw T1 and not T2, so T2 would have to come after T1
   * </pre>
   */
  @Test
  void readOnlyAnomaly_doesNotOccur() {
    try (Transaction t2 = store.begin(Isolation.SERIALIZABLE)) {
      assertThat(TestManager.text(t2.get(X))).isEqualTo("0");
      assertThat(TestManager.text(t2.get(Y))).isEqualTo("0");
      store.put(Y, "20");
      try (Transaction t3 = store.begin(Isolation.READ_ONLY)) {
        assertThat(TestManager.text(t3.get(X))).isEqualTo("0");
        assertThat(TestManager.text(t3.get(Y))).isEqualTo("20");
        assertThat(t3.commit()).isInstanceOf(CommitResult.Committed.class);
      }
      t2.put(X, Value.of("-11"));
      assertConflict(t2.commit(), ConflictKind.READ_WRITE, Y);
    }
  }

  /** A conflict is found although the other commit was flushed meanwhile. */
  @Test
  void conflictWithAFlushedCommit_isFound() {
    try (Transaction t1 = store.begin(Isolation.SERIALIZABLE)) {
      assertThat(TestManager.text(t1.get(X))).isEqualTo("0");
      store.put(X, "1");
      store.store().flush();
      t1.put(Y, Value.of("1"));
      assertConflict(t1.commit(), ConflictKind.READ_WRITE, X);
    }
  }

  private static void assertCommitted(CommitResult result) {
    assertThat(result).isInstanceOf(CommitResult.Committed.class);
  }

  private static void assertConflict(CommitResult result, ConflictKind kind, Key key) {
    assertThat(result)
        .isInstanceOfSatisfying(
            CommitResult.Conflicted.class,
            conflicted ->
                assertThat(conflicted.conflicts())
                    .anySatisfy(
                        conflict -> {
                          assertThat(conflict.kind()).isEqualTo(kind);
                          assertThat(conflict.key()).isEqualTo(key);
                        }));
  }
}
