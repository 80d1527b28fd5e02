package io.varve.mvcc;

import static io.varve.mvcc.TestCommits.commitAt;
import static io.varve.mvcc.TestCommits.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.ErrorCode;
import io.varve.model.StoreFailure;
import io.varve.storage.ColumnFamily;
import io.varve.storage.InMemoryStorageService;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import io.varve.storage.WriteSync;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests for {@link LogReplay} and {@link LogTrimmer}. */
final class LogTest {
  private static final long NO_LIMIT = Long.MAX_VALUE;

  private final StorageService storage = InMemoryStorageService.create();
  private final StoreMeta meta = new StoreMeta(storage);

  @Test
  void replay_aboveTheFlushedRevision() {
    log(1, 2, 3);

    assertThat(replay(0)).containsExactly(1L, 2L, 3L);
    assertThat(replay(2)).containsExactly(3L);
    assertThat(replay(3)).isEmpty();
    assertThat(replay(7)).as("the log ends below what is flushed").isEmpty();
  }

  @Test
  void replay_revisionsThatAreNotDense() {
    log(commit(1, 0), commit(5, 1), commit(1_000, 5));

    assertThat(replay(1)).containsExactly(5L, 1_000L);
  }

  @Test
  void replay_recordIsMissing() {
    log(commit(1, 0), commit(3, 2));

    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> replay(0));
    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> replay(1));
  }

  @Test
  void replay_firstRecordIsMissing() {
    log(2, 3);

    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> replay(0));
    assertThat(replay(1)).containsExactly(2L, 3L);
  }

  @Test
  void last_ofTheLog() {
    assertThat(new LogReplay(storage).last()).isNull();
    log(1, 2);

    assertThat(new LogReplay(storage).last()).isEqualTo(commit(2, 1));
  }

  @Test
  void trim_tooOld() {
    LogTrimmer trimmer = trimmer(Duration.ofSeconds(10), NO_LIMIT);
    flush(trimmer, commitAt(1, 1_000));
    flush(trimmer, commitAt(2, 2_000));
    flush(trimmer, commitAt(3, 9_000));

    trimmer.trim(3, 11_000);
    assertThat(logged()).as("just ten seconds old").containsExactly(1L, 2L, 3L);
    trimmer.trim(3, 11_001);
    assertThat(logged()).containsExactly(2L, 3L);
    assertThat(trimmer.trimmedTo()).isEqualTo(2);
    trimmer.trim(3, 1_000_000);
    assertThat(logged()).as("the newest record stays").containsExactly(3L);
    assertThat(segments()).containsExactly(3L);
  }

  @Test
  void trim_tooMuch() {
    LogTrimmer trimmer = trimmer(Duration.ofDays(1), 2_500);
    for (int revision = 1; revision <= 4; revision++) {
      flush(trimmer, commitAt(revision, 1_000, put("k", "x".repeat(1_000))));
    }

    trimmer.trim(4, 1_000);

    assertThat(logged()).containsExactly(3L, 4L);
  }

  @Test
  void trim_limit() {
    LogTrimmer trimmer = trimmer(Duration.ZERO, 0);
    flush(trimmer, commitAt(1, 1_000));
    flush(trimmer, commitAt(2, 1_000), commitAt(3, 1_000));
    flush(trimmer, commitAt(4, 1_000));

    trimmer.trim(2, 99_000);
    assertThat(logged()).as("a segment goes as a whole or not at all").containsExactly(2L, 3L, 4L);
    trimmer.trim(0, 99_000);
    assertThat(logged()).containsExactly(2L, 3L, 4L);
    trimmer.trim(3, 99_000);
    assertThat(logged()).containsExactly(4L);
  }

  @Test
  void trimAll_cutsAFlushUp() {
    LogTrimmer trimmer = trimmer(Duration.ofDays(1), NO_LIMIT);
    flush(trimmer, commitAt(1, 1_000), commitAt(2, 1_000));
    flush(trimmer, large(3), large(4), large(5));

    assertThat(trimmer.trimAll(0, 5)).isFalse();
    assertThat(logged()).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(trimmer.trimAll(3, 5)).isTrue();
    assertThat(logged()).containsExactly(4L, 5L);
    assertThat(trimmer.trimmedTo()).isEqualTo(4);
    assertThat(segments()).containsExactly(5L);
    assertThat(meta.segments().getFirst().bytes()).isBetween(2_000L, 2_200L);
    assertThat(trimmer.bytesAbove(4)).isEqualTo(meta.segments().getFirst().bytes());
    assertThat(trimmer.trimAll(3, 5)).as("it is done").isFalse();
  }

  @Test
  void trimAll_leavesTheNewestFlushedRecord() {
    LogTrimmer trimmer = trimmer(Duration.ofDays(1), NO_LIMIT);
    flush(trimmer, commitAt(1, 1_000));
    flush(trimmer, large(2), large(3));
    log(commitAt(4, 2_000));

    assertThat(trimmer.trimAll(3, 3)).isTrue();

    assertThat(logged()).containsExactly(3L, 4L);
    assertThat(segments()).containsExactly(3L);
    assertThat(replay(3)).containsExactly(4L);
    assertThat(meta.segments().getFirst().bytes()).isBetween(1_000L, 1_100L);
  }

  /** What is left must still count against the bound, and go by the settings in its turn. */
  @Test
  void trimAll_thenByTheSettings() {
    LogTrimmer trimmer = trimmer(Duration.ofDays(1), 2_500);
    flush(trimmer, large(1), large(2));
    assertThat(trimmer.trimAll(2, 2)).isTrue();
    flush(trimmer, large(3));
    trimmer.trim(3, 1_000);
    assertThat(logged()).as("together they are not too much").containsExactly(2L, 3L);
    flush(trimmer, large(4));
    trimmer.trim(4, 1_000);
    assertThat(logged()).containsExactly(3L, 4L);
  }

  @Test
  void trimAll_afterARestart() {
    LogTrimmer before = trimmer(Duration.ofDays(1), NO_LIMIT);
    flush(before, large(1), large(2));
    assertThat(before.trimAll(2, 2)).isTrue();

    assertThat(trimmer(Duration.ofDays(1), NO_LIMIT).trimAll(2, 2)).as("it is done").isFalse();
  }

  private static Commit large(long revision) {
    return commitAt(revision, 1_000, put("k", "x".repeat(1_000)));
  }

  @Test
  void trim_afterARestart() {
    LogTrimmer before = trimmer(Duration.ZERO, 0);
    flush(before, commitAt(1, 1_000));
    flush(before, commitAt(2, 2_000));

    LogTrimmer after = trimmer(Duration.ZERO, 0);
    after.trim(2, 99_000);

    assertThat(logged()).containsExactly(2L);
    assertThat(segments()).containsExactly(2L);
  }

  /**
   * A crash in a flush leaves its segment behind. After the restart the same commits may be flushed
   * in smaller parts; the log must still keep its newest record.
   */
  @Test
  void trim_segmentOfAFlushThatDidNotFinish() {
    log(commitAt(1, 1_000), commitAt(2, 2_000));
    index(generation(commitAt(1, 1_000), commitAt(2, 2_000)));

    LogTrimmer trimmer = trimmer(Duration.ZERO, 0);
    OverlayGeneration first = generation(commitAt(1, 1_000));
    index(first);
    trimmer.addFlushed(first);
    trimmer.trim(1, 99_000);
    assertThat(logged()).containsExactly(2L);

    OverlayGeneration second = generation(commitAt(2, 2_000));
    index(second);
    trimmer.addFlushed(second);
    trimmer.trim(2, 99_000);

    assertThat(logged()).containsExactly(2L);
    assertThat(segments()).containsExactly(2L);
  }

  private LogTrimmer trimmer(Duration keepAge, long keepBytes) {
    return new LogTrimmer(storage, meta, new LogRetention(keepAge, keepBytes));
  }

  private void flush(LogTrimmer trimmer, Commit... commits) {
    log(commits);
    OverlayGeneration generation = generation(commits);
    index(generation);
    trimmer.addFlushed(generation);
  }

  private static OverlayGeneration generation(Commit... commits) {
    OverlayGeneration generation = new OverlayGeneration();
    for (Commit commit : commits) {
      generation.apply(commit);
    }
    return generation;
  }

  private void index(OverlayGeneration generation) {
    StorageBatch rows = new StorageBatch();
    StoreMeta.addFlushed(rows, generation, generation.estimatedLogBytes());
    meta.write(rows);
  }

  private static Commit commit(long revision, long previous) {
    return new Commit(revision, previous, revision, null, null, List.of(put("k", "v")));
  }

  private void log(long... revisions) {
    for (long revision : revisions) {
      log(commit(revision, revision - 1));
    }
  }

  private void log(Commit... commits) {
    for (Commit commit : commits) {
      storage.write(
          new StorageBatch()
              .put(
                  ColumnFamily.LOG,
                  LogRecordCodec.key(commit.revision()),
                  LogRecordCodec.encode(commit)),
          WriteSync.SYNCED);
    }
  }

  private List<Long> replay(long flushed) {
    List<Long> replayed = new ArrayList<>();
    long count = new LogReplay(storage).replay(flushed, commit -> replayed.add(commit.revision()));
    assertThat(count).isEqualTo(replayed.size());
    return replayed;
  }

  private List<Long> logged() {
    List<Long> revisions = new ArrayList<>();
    try (StorageIterator rows = storage.iterate(ColumnFamily.LOG)) {
      for (rows.seekToFirst(); rows.valid(); rows.next()) {
        revisions.add(LogRecordCodec.revision(rows.key()));
      }
    }
    return revisions;
  }

  private List<Long> segments() {
    return meta.segments().stream().map(StoreMeta.Segment::lastRevision).toList();
  }
}
