package io.varve.txn;

import static io.varve.txn.ControlledManager.READ_ONLY;
import static io.varve.txn.ControlledManager.SERIALIZABLE;
import static io.varve.txn.ControlledManager.get;
import static io.varve.txn.ControlledManager.range;
import static io.varve.txn.ControlledManager.scan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import io.varve.model.Entry;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.StoreException;
import io.varve.model.Value;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests for {@link Transaction}. */
@Timeout(60)
final class TransactionTest {
  private static final TransactionLimits LIMITS = new TransactionLimits(8, 20, 6, 60, 10);
  private static final Key A = Key.of("a");
  private static final Key B = Key.of("b");

  @TempDir Path directory;
  private ControlledManager manager;

  @BeforeEach
  void open() {
    manager = ControlledManager.in(directory).start();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Starts anew, in an empty store with other limits. */
  private void restart(TransactionLimits limits) {
    manager.close();
    manager = ControlledManager.in(directory).with(limits).start();
  }

  private static void assertRefused(ErrorCode code, ThrowingCallable call) {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(call)
        .returns(code, StoreException::code);
  }

  private static void assertTooLarge(
      ErrorCode code, String detail, long limit, long actual, ThrowingCallable call) {
    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(call)
        .returns(code, StoreException::code)
        .withMessage(detail)
        .satisfies(
            e ->
                assertThat(e.context())
                    .containsExactly(entry("limit", limit), entry("actual", actual)));
  }

  // Own writes.

  @Test
  void get_ownWriteHidesTheStored() {
    manager.put("a", "stored");
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.put(A, Value.of("own"));

      assertThat(transaction.get(A)).isEqualTo(new Entry(A, Value.of("own"), Revision.ZERO));
    }
    assertThat(manager.value("a")).isEqualTo("stored");
  }

  @Test
  void get_ownDelete() {
    manager.put("a", "stored");
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.delete(A);
      assertThat(transaction.get(A)).isNull();

      transaction.put(A, Value.of("again"));
      assertThat(get(transaction, "a")).isEqualTo("again");

      transaction.delete(A);
      transaction.delete(B);
      transaction.commit();
    }
    assertThat(manager.value("a")).isNull();
    assertThat(manager.value("b")).isNull();
  }

  @Test
  void delete_ofNothing_makesNoRevision() {
    Revision before = manager.put("a", "1");
    try (Transaction transaction = manager.begin(ControlledManager.SNAPSHOT)) {
      transaction.delete(B);
      transaction.put(Key.of("c"), Value.of("own"));
      transaction.delete(Key.of("c"));
      assertThat(transaction.hasWrites()).isFalse();
      assertThat(transaction.commit()).isEqualTo(new CommitResult.Committed(before, false));
    }
    assertThat(manager.store.visible()).isEqualTo(before);
  }

  /** First committer wins, whatever the delete has found. */
  @Test
  void delete_ofNothing_conflictsWithAPut() {
    try (Transaction transaction = manager.begin(ControlledManager.SNAPSHOT)) {
      transaction.delete(B);
      manager.put("b", "of another");
      assertThat(transaction.commit()).isInstanceOf(CommitResult.Conflicted.class);
    }
    assertThat(manager.value("b")).isEqualTo("of another");
  }

  @Test
  void get_readsItsSnapshot() {
    Revision first = manager.put("a", "1");
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      manager.put("a", "2");
      manager.put("b", "2");
      manager.store.flush();

      assertThat(transaction.readRevision()).isEqualTo(first);
      assertThat(transaction.get(A)).isEqualTo(new Entry(A, Value.of("1"), first));
      assertThat(transaction.get(B)).isNull();
      assertThat(scan(transaction, KeyRange.ALL, ScanOptions.first(9))).containsExactly("a=1");
    }
  }

  @ParameterizedTest
  @CsvSource({"false, a=1 b=own c=own e=5, e=5", "true, e=5 c=own b=own a=1, a=1"})
  void scan_mergesOwnWrites(boolean reverse, String expected, String afterDelete) {
    putAll("a=1", "b=2", "d=4", "e=5");
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.put(B, Value.of("own"));
      transaction.put(Key.of("c"), Value.of("own"));
      transaction.delete(Key.of("d"));
      transaction.delete(Key.of("z"));
      var all = new ScanOptions(10, 1_000, reverse);

      assertThat(scan(transaction, KeyRange.ALL, all)).containsExactly(expected.split(" "));
      assertThat(scan(transaction, range("b", "d"), all))
          .containsExactlyInAnyOrder("b=own", "c=own");
      assertThat(scan(transaction, range("d", "e"), all)).isEmpty();
      assertThat(scan(transaction, KeyRange.ALL, new ScanOptions(4, 1_000, reverse)))
          .last()
          .isEqualTo(afterDelete);
    }
  }

  @Test
  void scan_limitedPagesForwards() {
    putAll("a=1", "c=3", "e=5");
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.put(B, Value.of("2"));
      transaction.put(Key.of("d"), Value.of("4"));
      transaction.delete(A);

      ScanPage first = transaction.scan(KeyRange.ALL, ScanOptions.first(2));
      assertThat(first.entries()).extracting(ControlledManager::text).containsExactly("b=2", "c=3");
      ScanPage second = transaction.scan(rest(first), ScanOptions.first(2));
      assertThat(second.entries())
          .extracting(ControlledManager::text)
          .containsExactly("d=4", "e=5");
      assertThat(second.rest()).isNull();
    }
  }

  @Test
  void scan_limitedPagesBackwards() {
    putAll("a=1", "c=3", "e=5");
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.put(B, Value.of("2"));
      transaction.put(Key.of("d"), Value.of("4"));
      transaction.delete(Key.of("e"));

      ScanPage first = transaction.scan(KeyRange.ALL, ScanOptions.last(2));
      assertThat(first.entries()).extracting(ControlledManager::text).containsExactly("d=4", "c=3");
      ScanPage second = transaction.scan(rest(first), ScanOptions.last(2));
      assertThat(second.entries())
          .extracting(ControlledManager::text)
          .containsExactly("b=2", "a=1");
      assertThat(second.rest()).isNull();
    }
  }

  @Test
  void scan_endsAPageAtItsBytes() {
    putAll("a=123", "c=123");
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.put(B, Value.of("123"));

      // Four bytes an entry: the second one reaches five, and may exceed them.
      ScanPage first = transaction.scan(KeyRange.ALL, new ScanOptions(10, 5, false));
      assertThat(first.entries())
          .extracting(ControlledManager::text)
          .containsExactly("a=123", "b=123");
      ScanPage exact = transaction.scan(KeyRange.ALL, new ScanOptions(10, 4, true));
      assertThat(exact.entries()).extracting(ControlledManager::text).containsExactly("c=123");
    }
  }

  private static KeyRange rest(ScanPage page) {
    return Objects.requireNonNull(page.rest());
  }

  private void putAll(String... entries) {
    for (String entry : entries) {
      manager.put(entry.substring(0, 1), entry.substring(2));
    }
  }

  // Range tracking: does a concurrent write at this key refuse the transaction?

  private boolean conflicts(Consumer<Transaction> reads, String writtenMeanwhile) {
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      reads.accept(transaction);
      transaction.put(Key.of("own"), Value.of(""));
      manager.put(writtenMeanwhile, "meanwhile");
      return transaction.commit() instanceof CommitResult.Conflicted;
    }
  }

  @ParameterizedTest
  @CsvSource({"b, true", "cz, true", "d, false", "az, false"})
  void scan_tracksItsWholeRange(String key, boolean conflicts) {
    putAll("b=1", "c=1");

    assertThat(conflicts(t -> t.scan(range("b", "d"), ScanOptions.first(9)), key))
        .isEqualTo(conflicts);
  }

  @ParameterizedTest
  @CsvSource({
    "0, true", // before the first entry
    "b, true",
    "bz, true", // between the last entry and the first of the rest
    "c, false", // the first of the rest
    "cz, false",
  })
  void scan_limitedTracksWhatItLookedAt(String key, boolean conflicts) {
    putAll("a=1", "b=1", "c=1", "d=1");

    assertThat(conflicts(t -> t.scan(KeyRange.ALL, ScanOptions.first(2)), key))
        .isEqualTo(conflicts);
  }

  @ParameterizedTest
  @CsvSource({"z, true", "c, true", "bz, true", "b, false", "az, false"})
  void scan_limitedBackwardsTracksWhatItLookedAt(String key, boolean conflicts) {
    putAll("a=1", "b=1", "c=1", "d=1");

    assertThat(conflicts(t -> t.scan(KeyRange.ALL, ScanOptions.last(2)), key)).isEqualTo(conflicts);
  }

  @ParameterizedTest
  @CsvSource({"false, ab, true", "false, b, false", "true, cz, true", "true, c, false"})
  void scan_endedByBytesTracksWhatItLookedAt(boolean reverse, String key, boolean conflicts) {
    putAll("a=1", "b=1", "c=1", "d=1");

    assertThat(conflicts(t -> t.scan(KeyRange.ALL, new ScanOptions(9, 1, reverse)), key))
        .isEqualTo(conflicts);
  }

  @ParameterizedTest
  @CsvSource({"a, true", "bz, true", "c, false", "d, false"})
  void scan_limitedOverOwnWritesTracksWhatItLookedAt(String key, boolean conflicts) {
    putAll("a=1", "c=1", "d=1");

    assertThat(
            conflicts(
                t -> {
                  t.put(B, Value.of("own"));
                  assertThat(scan(t, KeyRange.ALL, ScanOptions.first(2)))
                      .containsExactly("a=1", "b=own");
                },
                key))
        .isEqualTo(conflicts);
  }

  @ParameterizedTest
  @CsvSource({"d, true", "bz, true", "b, false", "a, false"})
  void scan_limitedBackwardsOverOwnWritesTracksWhatItLookedAt(String key, boolean conflicts) {
    putAll("a=1", "b=1", "d=1");

    assertThat(
            conflicts(
                t -> {
                  t.put(Key.of("c"), Value.of("own"));
                  assertThat(scan(t, KeyRange.ALL, ScanOptions.last(2)))
                      .containsExactly("d=1", "c=own");
                },
                key))
        .isEqualTo(conflicts);
  }

  @Test
  void scan_ofAnEmptyRangeTracksNothing() {
    assertThat(conflicts(t -> t.scan(range("a", "a"), ScanOptions.first(9)), "a")).isFalse();
  }

  @Test
  void get_absentKeyIsTracked() {
    assertThat(conflicts(t -> t.get(A), "a")).isTrue();
    assertThat(conflicts(t -> t.get(A), "b")).isFalse();
  }

  @Test
  void get_ownWriteIsNotARead() {
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.put(A, Value.of("own"));
      transaction.get(A);
      manager.put("a", "other");

      assertThat(transaction.commit())
          .isInstanceOfSatisfying(
              CommitResult.Conflicted.class,
              result ->
                  assertThat(result.conflicts())
                      .extracting(Conflict::kind)
                      .containsExactly(ConflictKind.WRITE_WRITE));
    }
  }

  // How it ends.

  @Test
  void commit_withoutWrites() {
    Revision before = manager.put("a", "1");
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.get(A);
      manager.put("a", "2");

      assertThat(transaction.commit()).isEqualTo(new CommitResult.Committed(before, false));
      assertThat(transaction.state()).isEqualTo(TransactionState.COMMITTED);
    }
    assertThat(manager.storage.logged()).hasSize(2);
  }

  @Test
  void commit_conflicted() {
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.put(A, Value.of("own"));
      manager.put("a", "other");

      assertThat(transaction.commit()).isInstanceOf(CommitResult.Conflicted.class);
      assertThat(transaction.state()).isEqualTo(TransactionState.CONFLICTED);
      assertFinished(transaction);
    }
    assertThat(manager.value("a")).isEqualTo("other");
  }

  @Test
  void commit_freesEverything() {
    Transaction transaction = manager.begin(SERIALIZABLE);
    transaction.put(A, Value.of("1"));
    assertThat(manager.transactions.activeTransactions()).isEqualTo(1);
    assertThat(manager.store.status().openSnapshots()).isEqualTo(1);

    assertThat(transaction.commit()).isEqualTo(new CommitResult.Committed(new Revision(1), true));

    assertFreed();
    assertFinished(transaction);
    transaction.close();
    assertThat(transaction.state()).isEqualTo(TransactionState.COMMITTED);
    assertFreed();
  }

  @Test
  void rollback_freesEverything() {
    Transaction transaction = manager.begin(SERIALIZABLE);
    transaction.put(A, Value.of("1"));

    transaction.rollback();

    assertThat(transaction.state()).isEqualTo(TransactionState.ROLLED_BACK);
    assertFreed();
    assertFinished(transaction);
    assertThat(manager.value("a")).isNull();
  }

  @Test
  void close_isIdempotent() {
    try (Transaction other = manager.begin(SERIALIZABLE)) {
      Transaction transaction = manager.begin(SERIALIZABLE);
      transaction.put(A, Value.of("1"));

      transaction.close();
      transaction.close();

      assertThat(transaction.state()).isEqualTo(TransactionState.ROLLED_BACK);
      assertThat(manager.transactions.activeTransactions()).isEqualTo(1);
      assertThat(manager.store.status().openSnapshots()).isEqualTo(1);
      assertFinished(transaction);
      assertThat(other.state()).isEqualTo(TransactionState.ACTIVE);
    }
    assertFreed();
  }

  private void assertFreed() {
    assertThat(manager.transactions.activeTransactions()).isZero();
    assertThat(manager.store.status().openSnapshots()).isZero();
  }

  private static void assertFinished(Transaction transaction) {
    assertEnded(ErrorCode.TRANSACTION_FINISHED, transaction);
  }

  private static void assertEnded(ErrorCode code, Transaction transaction) {
    assertRefused(code, () -> transaction.get(A));
    assertRefused(code, () -> transaction.scan(KeyRange.ALL, ScanOptions.first(1)));
    assertRefused(code, () -> transaction.put(A, Value.of("1")));
    assertRefused(code, () -> transaction.delete(A));
    assertRefused(code, transaction::commit);
    assertRefused(code, transaction::rollback);
  }

  // Expiry.

  private static final TransactionOptions SECOND = SERIALIZABLE.with(Duration.ofSeconds(1));

  @Test
  void timeout_exactlyReachedIsNotOver() {
    try (Transaction transaction = manager.begin(SECOND)) {
      manager.nanoTime.addAndGet(1_000_000_000);
      transaction.put(A, Value.of("1"));

      assertThat(transaction.expireIfOverdue()).isFalse();
      assertThat(transaction.commit()).isInstanceOf(CommitResult.Committed.class);
    }
  }

  @Test
  void timeout_passed() {
    try (Transaction transaction = manager.begin(SECOND)) {
      transaction.put(A, Value.of("1"));
      manager.nanoTime.addAndGet(1_000_000_001);

      assertThatExceptionOfType(StoreException.class)
          .isThrownBy(transaction::commit)
          .returns(ErrorCode.TRANSACTION_EXPIRED, StoreException::code)
          .withMessage(
              "The transaction was open for longer than 1000 ms and was rolled back."
                  + " Run it again, or ask for a longer timeout.")
          .satisfies(e -> assertThat(e.context()).containsExactly(entry("timeoutMs", 1000L)));
      assertThat(transaction.state()).isEqualTo(TransactionState.EXPIRED);
      assertFreed();
      assertEnded(ErrorCode.TRANSACTION_EXPIRED, transaction);
      assertThat(transaction.expireIfOverdue()).isFalse();
    }
    assertFreed();
    assertThat(manager.value("a")).isNull();
  }

  @Test
  void timeout_whateverTheClockStartsAt() {
    manager.nanoTime.set(Long.MAX_VALUE - 10);
    try (Transaction transaction = manager.begin(SECOND)) {
      manager.nanoTime.addAndGet(1_000_000_000); // overflows
      assertThat(transaction.get(A)).isNull();

      manager.nanoTime.addAndGet(1);
      assertEnded(ErrorCode.TRANSACTION_EXPIRED, transaction);
    }
  }

  @Test
  void timeout_afterItsEndChangesNothing() {
    Transaction transaction = manager.begin(SECOND);
    transaction.commit();
    manager.nanoTime.addAndGet(2_000_000_000);

    assertThat(transaction.expireIfOverdue()).isFalse();
    assertFinished(transaction);
  }

  @Test
  void get_expiresWhileUnderWay() throws Exception {
    assertExpiresInside(transaction -> transaction.get(A)); // absent, so the storage is asked
  }

  @Test
  void scan_expiresWhileUnderWay() throws Exception {
    manager.put("a", "1");
    assertExpiresInside(transaction -> transaction.scan(KeyRange.ALL, ScanOptions.first(1)));
  }

  private void assertExpiresInside(Consumer<Transaction> read) throws Exception {
    try (Transaction transaction = manager.begin(SECOND)) {
      ControlledStorage.Hold hold = manager.storage.holdNextRead();
      var reader = new FutureTask<>(() -> read.accept(transaction), true);
      Thread.ofPlatform().start(reader);
      hold.awaitEntered();
      manager.nanoTime.addAndGet(1_000_000_001);

      assertThat(manager.transactions.expireOverdue()).isEqualTo(1);
      assertFreed();
      hold.release();

      assertThat(reader)
          .failsWithin(Duration.ofMinutes(1))
          .withThrowableThat()
          .havingCause()
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.TRANSACTION_EXPIRED));
    }
    assertFreed();
  }

  // What is refused.

  @Test
  void readOnly_refusesWrites() {
    manager.put("a", "1");
    try (Transaction transaction = manager.begin(READ_ONLY)) {
      for (ThrowingCallable write :
          new ThrowingCallable[] {
            () -> transaction.put(A, Value.of("2")), () -> transaction.delete(A)
          }) {
        assertThatExceptionOfType(StoreException.class)
            .isThrownBy(write)
            .returns(ErrorCode.MALFORMED_REQUEST, StoreException::code)
            .withMessage("The transaction is READ_ONLY. Begin one that may write.")
            .satisfies(e -> assertThat(e.context()).containsExactly(entry("field", "isolation")));
      }
      manager.put("a", "3");

      assertThat(get(transaction, "a")).isEqualTo("1");
      assertThat(transaction.commit())
          .isEqualTo(new CommitResult.Committed(new Revision(1), false));
    }
  }

  @ParameterizedTest
  @EnumSource
  void limits_keyBytes(Isolation isolation) {
    restart(LIMITS);
    try (Transaction transaction = manager.begin(SERIALIZABLE.with(isolation))) {
      Key longest = Key.of("12345678");
      Key tooLong = Key.of("123456789");
      String detail = "The key is 9 bytes; the limit is 8.";

      assertThat(transaction.get(longest)).isNull();
      assertTooLarge(ErrorCode.KEY_TOO_LARGE, detail, 8, 9, () -> transaction.get(tooLong));
      assertTooLarge(
          ErrorCode.KEY_TOO_LARGE, detail, 8, 9, () -> transaction.put(tooLong, Value.of("")));
      assertTooLarge(ErrorCode.KEY_TOO_LARGE, detail, 8, 9, () -> transaction.delete(tooLong));
      assertThat(transaction.commit()).isInstanceOf(CommitResult.Committed.class);
    }
  }

  @Test
  void limits_valueBytes() {
    restart(LIMITS);
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.put(A, Value.of("x".repeat(20)));
      assertTooLarge(
          ErrorCode.VALUE_TOO_LARGE,
          "The value is 21 bytes; the limit is 20.",
          20,
          21,
          () -> transaction.put(A, Value.of("x".repeat(21))));

      assertThat(get(transaction, "a")).hasSize(20);
      transaction.commit();
    }
    assertThat(manager.value("a")).hasSize(20);
  }

  @Test
  void limits_operations() {
    restart(LIMITS);
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.put(A, Value.of("1"));
      transaction.put(A, Value.of("2"));
      transaction.get(A);
      transaction.get(B);
      transaction.delete(B);
      transaction.scan(KeyRange.ALL, ScanOptions.first(1));

      String detail = "The transaction is 7 operations long; the limit is 6.";
      for (ThrowingCallable call :
          new ThrowingCallable[] {
            () -> transaction.get(Key.of("c")),
            () -> transaction.scan(KeyRange.ALL, ScanOptions.first(1)),
            () -> transaction.put(A, Value.of("3")),
            () -> transaction.delete(Key.of("c")),
          }) {
        assertTooLarge(ErrorCode.TRANSACTION_TOO_LARGE, detail, 6, 7, call);
      }
      assertThat(transaction.state()).isEqualTo(TransactionState.ACTIVE);
      assertThat(transaction.commit()).isInstanceOf(CommitResult.Committed.class);
    }
    assertThat(manager.value("a")).isEqualTo("2");
  }

  @Test
  void limits_bytes() {
    restart(LIMITS);
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.put(A, Value.of("x".repeat(20)));
      transaction.put(B, Value.of("x".repeat(20)));
      transaction.put(Key.of("c"), Value.of("x".repeat(16))); // 59 bytes
      assertTooLarge(
          ErrorCode.TRANSACTION_TOO_LARGE,
          "The transaction is 61 bytes large; the limit is 60.",
          60,
          61,
          () -> transaction.put(Key.of("d"), Value.of("x")));

      transaction.delete(Key.of("d")); // 60: the refused write took none
      transaction.put(A, Value.of("")); // and what is replaced gives its bytes back
      transaction.commit();
    }
    assertThat(manager.value("a")).isEmpty();
    assertThat(manager.value("c")).hasSize(16);
    assertThat(manager.value("d")).isNull();
  }

  @Test
  void limits_refusedReadIsNotTracked() {
    restart(new TransactionLimits(8, 20, 1, 60, 10));
    try (Transaction transaction = manager.begin(SERIALIZABLE)) {
      transaction.put(B, Value.of(""));
      assertRefused(ErrorCode.TRANSACTION_TOO_LARGE, () -> transaction.get(A));
      manager.put("a", "1");

      assertThat(transaction.commit()).isInstanceOf(CommitResult.Committed.class);
    }
  }

  @Test
  void options_areKept() {
    TransactionOptions options =
        new TransactionOptions(Isolation.SNAPSHOT, Duration.ofSeconds(3), "id", null)
            .labelled("label");
    try (Transaction transaction = manager.begin(options)) {
      assertThat(transaction.options())
          .isEqualTo(
              new TransactionOptions(Isolation.SNAPSHOT, Duration.ofSeconds(3), "id", "label"));
    }
  }
}
