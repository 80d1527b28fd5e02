package io.varve.mvcc;

import static io.varve.mvcc.TestCommits.commitAt;
import static io.varve.mvcc.TestCommits.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.ErrorCode;
import io.varve.model.LostRange;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.model.StoreFailure;
import io.varve.model.StoreId;
import io.varve.storage.ColumnFamily;
import io.varve.storage.InMemoryStorageService;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import io.varve.storage.WriteSync;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests for {@link StoreMeta}. The bytes are on disk: never change an expected value. */
final class StoreMetaTest {
  private static final StoreId ID = StoreId.of(0xABCDEF);

  private final StorageService storage = InMemoryStorageService.create();
  private final StoreMeta meta = new StoreMeta(storage);

  @Test
  void openOrCreate_goldenBytes() {
    assertThat(meta.openOrCreate(ID)).isEqualTo(ID);

    assertThat(rows())
        .containsExactly("format=00000002", "store-id=" + hexOfText("0000000000abcdef"));
  }

  @Test
  void openOrCreate_again() {
    meta.openOrCreate(ID);

    assertThat(meta.openOrCreate(StoreId.of(1))).isEqualTo(ID);
  }

  @Test
  void openOrCreate_unknownFormat() {
    meta.openOrCreate(ID);
    write(text("format"), hex("00000003"));

    assertThat(StoreFailure.expect(ErrorCode.UNKNOWN_FORMAT, () -> meta.openOrCreate(ID)).context())
        .containsEntry("found", "3")
        .containsEntry("known", "2");
  }

  @Test
  void openOrCreate_formatWithoutOutcomes_isRaised() {
    meta.openOrCreate(ID);
    write(text("format"), hex("00000001"));

    assertThat(meta.openOrCreate(StoreId.of(1))).isEqualTo(ID);

    assertThat(rows()).contains("format=00000002");
  }

  @Test
  void openOrCreate_halfOfTheRows() {
    write(text("store-id"), text("0000000000abcdef"));

    StoreFailure.expect(ErrorCode.UNKNOWN_FORMAT, () -> meta.openOrCreate(ID));
  }

  @Test
  void singleRows_goldenBytes() {
    meta.writeCeiling(new StoreMeta.Ceiling(258, true));
    meta.writePrunedTo(259);
    meta.writeRetention(new Retention(10, Duration.ofMinutes(5)));
    meta.writeFullPrune(
        new StoreMeta.FullPrune(new Retention(1, Duration.ZERO), true, hex("610000")));

    assertThat(rows())
        .containsExactly(
            "ceiling=000000000000010201",
            "full-prune=00000001000000000000000001610000",
            "pruned-to=0000000000000103",
            "retention=0000000a00000000000493e0");
    assertThat(meta.ceiling()).isEqualTo(new StoreMeta.Ceiling(258, true));
    assertThat(meta.prunedTo()).isEqualTo(259);
    assertThat(meta.retention()).isEqualTo(new Retention(10, Duration.ofMinutes(5)));
    assertThat(meta.fullPrune())
        .usingRecursiveComparison()
        .isEqualTo(new StoreMeta.FullPrune(new Retention(1, Duration.ZERO), true, hex("610000")));
  }

  @Test
  void singleRows_absent() {
    assertThat(meta.ceiling()).isEqualTo(new StoreMeta.Ceiling(0, false));
    assertThat(meta.prunedTo()).isZero();
    assertThat(meta.retention()).isNull();
    assertThat(meta.fullPrune()).isNull();
    assertThat(meta.lostRanges()).isEmpty();
    assertThat(meta.segments()).isEmpty();
  }

  @Test
  void endFullPrune_forgetsIt() {
    meta.writeFullPrune(StoreMeta.FullPrune.start(new Retention(1, Duration.ZERO)));
    meta.endFullPrune();

    assertThat(meta.fullPrune()).isNull();
  }

  @Test
  void lostRanges_goldenBytes() {
    LostRange first = new LostRange(new Revision(5), new Revision(16));
    LostRange second = new LostRange(new Revision(20), new Revision(32));
    meta.writeLostRange(second);
    meta.writeLostRange(first);

    meta.writeLossTimes(first, new StoreMeta.LossTimes(1_000, 2_000));
    meta.writeLostRange(first); // known already

    assertThat(rows())
        .containsExactly(
            "lost-times/0000000000000005=00000000000003e800000000000007d0",
            "lost-times/0000000000000014=00000000000000007fffffffffffffff",
            "lost/0000000000000005=0000000000000010",
            "lost/0000000000000014=0000000000000020");
    assertThat(meta.lostRanges()).containsExactly(first, second);
    assertThat(meta.lossTimes(first)).isEqualTo(new StoreMeta.LossTimes(1_000, 2_000));
  }

  @Test
  void addFlushed_goldenBytes() {
    flush(commitAt(1, 1_000), commitAt(2, 1_999), commitAt(3, 5_000, put("k", "v")));

    assertThat(rows())
        .containsExactly(
            "segment/0000000000000003=00000000000000070000000000001388",
            "time/0000000000000001=0000000000000002",
            "time/0000000000000005=0000000000000003");
    assertThat(meta.segments()).containsExactly(new StoreMeta.Segment(3, 7, 5_000));
  }

  @Test
  void addFlushed_anotherFlushInTheSameSecond() {
    flush(commitAt(1, 1_000));
    flush(commitAt(2, 1_500));

    assertThat(meta.lastRevisionOfSecond(1)).isEqualTo(2);
    assertThat(meta.segments()).extracting(StoreMeta.Segment::lastRevision).containsExactly(1L, 2L);
  }

  @Test
  void trimSegments_leavesTheOthers() {
    flush(commitAt(1, 1_000));
    flush(commitAt(2, 2_000));
    flush(commitAt(3, 3_000));

    StoreMeta.Segment cut = new StoreMeta.Segment(2, 3, 2_000);
    meta.trimSegments(List.of(new StoreMeta.Segment(1, 7, 1_000)), cut);

    assertThat(meta.segments()).containsExactly(cut, new StoreMeta.Segment(3, 7, 3_000));
  }

  @ParameterizedTest
  @CsvSource({"-1000000, 0", "-1, 0", "0, 0", "9, 0", "10, 2", "11, 2", "14, 2", "15, 3", "99, 3"})
  void lastRevisionOfSecond_betweenSeconds(long second, long revision) {
    meta.openOrCreate(ID);
    flush(commitAt(1, 10_000), commitAt(2, 10_500), commitAt(3, 15_000));

    assertThat(meta.lastRevisionOfSecond(second)).isEqualTo(revision);
  }

  @ParameterizedTest
  @CsvSource({"1, 10", "2, 10", "3, 15", "4, 40", "5, 40", "6, 0"})
  void secondOf_everyRevision(long revision, long second) {
    flush(commitAt(1, 10_000), commitAt(2, 10_500), commitAt(3, 15_000));
    flush(commitAt(4, 40_000), commitAt(5, 40_999));

    assertThat(meta.secondOf(revision)).isEqualTo(second);
  }

  @ParameterizedTest
  @CsvSource({
    "format, 000001",
    "format, 0000000100",
    "ceiling, 0000000000000102",
    "ceiling, ffffffffffffffff00",
    "pruned-to, 00",
    "retention, 0000000a",
    "retention, 000000000000000000000000",
    "retention, 00000001ffffffffffffffff",
    "full-prune, 000000010000000000000000"
  })
  void read_damagedRow(String name, String row) {
    meta.openOrCreate(ID);
    write(text(name), hex(row));

    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> read(name));
  }

  private @Nullable Object read(String name) {
    return switch (name) {
      case "format" -> meta.openOrCreate(ID);
      case "ceiling" -> meta.ceiling();
      case "pruned-to" -> meta.prunedTo();
      case "retention" -> meta.retention();
      default -> meta.fullPrune();
    };
  }

  @Test
  void read_damagedStoreId() {
    meta.openOrCreate(ID);
    write(text("store-id"), text("0000"));

    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> meta.openOrCreate(ID));
  }

  @Test
  void read_damagedNumberedRows() {
    write(text("lost/1234567"), hex("0000000000000010"));
    write(text("segment/12345678"), hex("00"));
    write(text("time/12345678"), hex("00"));

    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, meta::lostRanges);
    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, meta::segments);
    StoreFailure.expect(
        ErrorCode.STORAGE_CORRUPTED, () -> meta.lastRevisionOfSecond(Long.MAX_VALUE));
  }

  private void flush(Commit... commits) {
    OverlayGeneration generation = new OverlayGeneration();
    for (Commit commit : commits) {
      generation.apply(commit);
    }
    StorageBatch rows = new StorageBatch();
    StoreMeta.addFlushed(rows, generation, 7);
    meta.write(rows);
  }

  private void write(byte[] key, byte[] value) {
    storage.write(new StorageBatch().put(ColumnFamily.META, key, value), WriteSync.SYNCED);
  }

  private List<String> rows() {
    List<String> found = new ArrayList<>();
    try (StorageIterator rows = storage.iterate(ColumnFamily.META)) {
      for (rows.seekToFirst(); rows.valid(); rows.next()) {
        String name = new String(rows.key(), StandardCharsets.ISO_8859_1);
        int slash = name.indexOf('/') + 1;
        String number = slash == 0 ? "" : HexFormat.of().formatHex(rows.key()).substring(2 * slash);
        found.add(
            (slash == 0 ? name : name.substring(0, slash) + number)
                + "="
                + HexFormat.of().formatHex(rows.value()));
      }
    }
    return found;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String hexOfText(String text) {
    return HexFormat.of().formatHex(text(text));
  }

  private static byte[] hex(String hex) {
    return HexFormat.of().parseHex(hex);
  }
}
