package io.varve.txn;

import static io.varve.txn.TransactionFixture.options;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.Value;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.OverlayLimits;
import io.varve.storage.InMemoryStorageService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link ConflictDetector}, through transactions. */
@Timeout(60)
final class ConflictDetectorTest {
  private static final Key A = Key.of("a");
  private static final Key B = Key.of("b");
  private static final Value ONE = Value.of("1");

  @TempDir Path directory;
  private TransactionFixture fixture;

  @BeforeEach
  void open() {
    fixture = new TransactionFixture(directory, Durability.FLUSH_ONLY);
    fixture.put("a", "0");
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SERIALIZABLE", "SNAPSHOT"})
  void commit_bothWrote(String isolation) {
    try (Transaction late = fixture.manager.begin(options(Isolation.valueOf(isolation)));
        Transaction first =
            fixture.manager.begin(
                new TransactionOptions(
                    Isolation.SNAPSHOT, Duration.ofSeconds(9), "id-1", "label-1"))) {
      first.put(A, ONE);
      first.commit();
      late.put(A, ONE);

      assertThat(conflicts(late))
          .containsExactly(
              new Conflict(
                  A,
                  ConflictKind.WRITE_WRITE,
                  new Revision(1),
                  new Revision(2),
                  "id-1",
                  "label-1"));
      assertThat(late.state()).isEqualTo(TransactionState.CONFLICTED);
    }
    assertThat(fixture.manager.visible()).isEqualTo(new Revision(2));
  }

  @Test
  void commit_deletesConflictToo() {
    try (Transaction late = fixture.begin()) {
      fixture.delete("a");
      late.put(A, ONE);

      assertThat(conflicts(late))
          .extracting(Conflict::kind)
          .containsExactly(ConflictKind.WRITE_WRITE);
    }
  }

  @Test
  void commit_keyThatWasReadAndIsWritten() {
    try (Transaction late = fixture.begin()) {
      late.get(A);
      late.put(A, ONE);
      fixture.put("a", "2");

      assertThat(conflicts(late))
          .extracting(Conflict::kind)
          .containsExactly(ConflictKind.READ_WRITE);
    }
  }

  @Test
  void commit_keyThatWasReadOnly() {
    try (Transaction late = fixture.begin()) {
      late.get(A);
      late.put(B, ONE);
      long other = fixture.put("a", "2");

      assertThat(conflicts(late))
          .containsExactly(
              new Conflict(
                  A,
                  ConflictKind.READ_WRITE,
                  new Revision(1),
                  new Revision(other),
                  null,
                  "writer of a"));
    }
    assertThat(fixture.get("b")).isNull();
  }

  @Test
  void commit_absentKeyThatWasRead() {
    try (Transaction late = fixture.begin()) {
      late.get(B);
      late.put(A, ONE);
      fixture.put("b", "2");

      assertThat(conflicts(late)).extracting(Conflict::key).containsExactly(B);
    }
  }

  @Test
  void commit_ownWriteThatWasReadBack() {
    try (Transaction late = fixture.begin()) {
      late.put(A, ONE);
      late.get(A);
      fixture.put("a", "2");

      assertThat(conflicts(late))
          .extracting(Conflict::kind)
          .containsExactly(ConflictKind.WRITE_WRITE);
    }
  }

  /** Write skew: under SNAPSHOT both commit, under SERIALIZABLE the second does not. */
  @ParameterizedTest
  @CsvSource({"SNAPSHOT, true", "SERIALIZABLE, false"})
  void commit_writeSkew(String isolation, boolean both) {
    TransactionOptions options = options(Isolation.valueOf(isolation));
    try (Transaction one = fixture.manager.begin(options);
        Transaction two = fixture.manager.begin(options)) {
      one.get(A);
      two.get(B);
      one.put(B, ONE);
      two.put(A, ONE);

      assertThat(conflicts(one)).isEmpty();
      assertThat(conflicts(two).isEmpty()).isEqualTo(both);
    }
  }

  /** A scan of [b, d): what others write at its edges. */
  @ParameterizedTest
  @CsvSource({
    "a, false, 99, false",
    "b, true, 99, false",
    "bb, true, 99, false",
    "c, true, 99, false",
    "cz, true, 99, false",
    "d, false, 99, false",
    "b, true, 99, true",
    "cz, true, 99, true",
    "d, false, 99, true",
    "a, false, 99, true",
    // One entry, b, and c is where the rest begins: nothing at or after c was looked at.
    "b, true, 1, false",
    "bb, true, 1, false",
    "c, false, 1, false",
    "cc, false, 1, false",
    // Downwards: one entry, c, and the rest ends with b.
    "cc, true, 1, true",
    "c, true, 1, true",
    "bb, true, 1, true",
    "b, false, 1, true",
    "ba, true, 1, true"
  })
  void commit_phantomInAScan(String written, boolean conflicts, int limit, boolean reverse) {
    fixture.put("b", "0");
    fixture.put("c", "0");
    fixture.put("d", "0");
    try (Transaction late = fixture.begin()) {
      late.scan(new KeyRange(B, Key.of("d")), new ScanOptions(limit, Long.MAX_VALUE, reverse));
      late.put(Key.of("x"), ONE);
      long other = fixture.put(written, "2");

      List<Conflict> found = conflicts(late);
      assertThat(!found.isEmpty()).isEqualTo(conflicts);
      if (conflicts) {
        assertThat(found)
            .containsExactly(
                new Conflict(
                    Key.of(written),
                    ConflictKind.RANGE,
                    new Revision(4),
                    new Revision(other),
                    null,
                    "writer of " + written));
      }
    }
  }

  @Test
  void commit_phantomBetweenOwnWrites() {
    fixture.put("c", "0");
    try (Transaction late = fixture.begin()) {
      late.put(B, ONE);
      late.put(Key.of("d"), ONE);
      // Own b and stored c; own d is where the rest begins.
      late.scan(new KeyRange(B, null), ScanOptions.first(2));
      fixture.put("cc", "2");

      assertThat(conflicts(late)).extracting(Conflict::kind).containsExactly(ConflictKind.RANGE);
    }
    try (Transaction late = fixture.begin()) {
      late.put(Key.of("d"), ONE);
      late.scan(new KeyRange(B, null), ScanOptions.first(1));
      fixture.put("e", "2");

      assertThat(conflicts(late)).isEmpty();
    }
  }

  @Test
  void commit_deletedInARangeThatWasScanned() {
    try (Transaction late = fixture.begin()) {
      late.scan(KeyRange.ALL, ScanOptions.first(9));
      late.put(B, ONE);
      fixture.delete("a");

      assertThat(conflicts(late)).extracting(Conflict::kind).containsExactly(ConflictKind.RANGE);
    }
  }

  @Test
  void commit_scanUnderSnapshotIsolation() {
    try (Transaction late = fixture.manager.begin(options(Isolation.SNAPSHOT))) {
      late.scan(KeyRange.ALL, ScanOptions.first(9));
      late.put(B, ONE);
      fixture.put("a", "2");

      assertThat(conflicts(late)).isEmpty();
    }
  }

  @Test
  void commit_conflictsAreAllNamed() {
    try (Transaction late = fixture.begin()) {
      late.get(A);
      late.put(B, ONE);
      fixture.put("a", "2");
      fixture.put("b", "3");

      assertThat(conflicts(late)).extracting(Conflict::key).containsExactlyInAnyOrder(A, B);
    }
  }

  @Test
  void commit_reportsAreBounded() throws IOException {
    fixture.close();
    fixture =
        new TransactionFixture(
            InMemoryStorageService.create(),
            TransactionFixture.settings(
                Files.createTempDirectory(directory, "other"), Durability.FLUSH_ONLY),
            TransactionFixture.SETTINGS.with(new TransactionLimits(16, 64, 1_000, 10_000, 3)));
    try (Transaction late = fixture.begin()) {
      for (int i = 0; i < 40; i++) {
        late.put(Key.of("k" + i), ONE);
        fixture.put("k" + i, "2");
      }

      assertThat(conflicts(late)).hasSize(16);
    }
  }

  /** The memory of conflicts outlives a flush for as long as somebody may need it. */
  @Test
  void commit_afterAFlush() {
    try (Transaction late = fixture.begin();
        Transaction ranged = fixture.begin()) {
      late.get(A);
      late.put(B, ONE);
      ranged.scan(KeyRange.ALL, ScanOptions.first(9));
      ranged.put(B, ONE);
      long other = fixture.put("a", "2");
      fixture.store.flush();
      fixture.put("z", "3");
      fixture.store.flush();

      assertThat(conflicts(late))
          .containsExactly(
              new Conflict(
                  A,
                  ConflictKind.READ_WRITE,
                  new Revision(1),
                  new Revision(other),
                  null,
                  "writer of a"));
      assertThat(conflicts(ranged)).extracting(Conflict::kind).containsExactly(ConflictKind.RANGE);
    }
  }

  @Test
  void commit_afterAFlushWithoutConflict() {
    try (Transaction late = fixture.begin()) {
      late.get(A);
      late.put(B, ONE);
      fixture.put("c", "2");
      fixture.store.flush();

      assertThat(conflicts(late)).isEmpty();
    }
  }

  @Test
  void commit_olderThanWhatIsRemembered() throws IOException {
    fixture.close();
    MvccSettings settings =
        TransactionFixture.settings(
                Files.createTempDirectory(directory, "other"), Durability.FLUSH_ONLY)
            .with(new OverlayLimits(300, 1_000, 301));
    fixture =
        new TransactionFixture(
            InMemoryStorageService.create(), settings, TransactionFixture.SETTINGS);
    try (Transaction late = fixture.begin()) {
      late.put(B, ONE);
      fixture.put("a", "1");
      fixture.put("a", "2");
      fixture.store.flush(); // over 301 bytes, which is all that may be remembered

      List<Conflict> found = conflicts(late);

      assertThat(found)
          .containsExactly(
              new Conflict(null, ConflictKind.TOO_OLD, Revision.ZERO, new Revision(2), null, null));
      assertThat(found.getFirst().describe()).contains("revision 0").contains("revision 2");
    }
  }

  @Test
  void describe_eachKind() {
    List<String> sentences = new ArrayList<>();
    for (ConflictKind kind : ConflictKind.values()) {
      sentences.add(new Conflict(A, kind, new Revision(1), new Revision(2), null, null).describe());
    }

    assertThat(sentences)
        .containsExactly(
            "Key a was written at revision 2, after this transaction's snapshot 1.",
            "Key a was written at revision 2, after this transaction's snapshot 1.",
            "Key a in a scanned range was written at revision 2, after this transaction's"
                + " snapshot 1.",
            "The transaction read revision 1; conflicts are remembered from revision 2 on. Run it"
                + " again.");
  }

  private static List<Conflict> conflicts(Transaction transaction) {
    return switch (transaction.commit()) {
      case CommitResult.Committed _ -> List.of();
      case CommitResult.Conflicted conflicted -> conflicted.conflicts();
    };
  }
}
