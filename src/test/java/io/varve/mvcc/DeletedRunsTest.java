package io.varve.mvcc;

import static io.varve.mvcc.TestCommits.delete;
import static io.varve.mvcc.TestCommits.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.ScanOptions;
import io.varve.storage.ColumnFamily;
import io.varve.storage.InMemoryStorageService;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link DeletedRuns} by what scans cost and find. */
final class DeletedRunsTest {
  private static final int KEYS = 3_000;
  private static final KeyRange QUEUE = KeyRange.prefix(Key.of("q/"));

  private final ReentrantLock commitLock = new ReentrantLock();
  private final Overlay overlay = new Overlay(commitLock, 1 << 24);
  private final DeletedRuns runs = new DeletedRuns(overlay);
  private final CountedStorage storage = new CountedStorage(InMemoryStorageService.create());
  private final VersionScan scan = new VersionScan(overlay, runs, storage);
  private long revision;

  private static String key(int number) {
    return String.format(Locale.ROOT, "q/%05d", number);
  }

  private void commit(Write... writes) {
    revision++;
    Commit commit = TestCommits.commit(revision, writes);
    commitLock.lock();
    try {
      overlay.apply(commit);
      runs.written(commit.writes());
    } finally {
      commitLock.unlock();
    }
  }

  private void flush() {
    for (OverlayGeneration g = overlay.freeze(); g != null; g = overlay.view().oldestFrozen()) {
      try (var files = storage.ingest(ColumnFamily.VERSIONS)) {
        for (OverlayEntry entry : g.sorted()) {
          for (VersionNode node = entry.newest(); node != null; node = node.older) {
            files.put(
                VersionedKeyCodec.encode(entry.key(), node.revision),
                VersionValueCodec.encode(node.value));
          }
        }
        files.commit();
      }
      overlay.drop(g, Long.MAX_VALUE);
    }
  }

  /** The keys of the first entries, and how often the cursor over flushed rows moved for them. */
  private List<String> first(int limit, boolean reverse, long snapshot) {
    storage.moves = 0;
    List<String> keys = new ArrayList<>();
    for (Entry entry :
        scan.page(QUEUE, new ScanOptions(limit, Long.MAX_VALUE, reverse), snapshot).entries()) {
      keys.add(entry.key().toString());
    }
    return keys;
  }

  private String head() {
    return first(1, false, revision).getFirst();
  }

  private void fillAndDelete() {
    commit(IntStream.range(0, KEYS + 100).mapToObj(i -> put(key(i), "v")).toArray(Write[]::new));
    commit(IntStream.range(0, KEYS).mapToObj(i -> delete(key(i))).toArray(Write[]::new));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void head_isFoundWithoutTheDeletedKeys(boolean reverse) {
    commit(IntStream.range(0, KEYS + 200).mapToObj(i -> put(key(i), "v")).toArray(Write[]::new));
    commit(IntStream.range(100, KEYS + 100).mapToObj(i -> delete(key(i))).toArray(Write[]::new));
    flush();
    var expected = first(101, reverse, revision);
    assertThat(storage.moves).as("learned the slow way").isGreaterThan(KEYS);

    assertThat(first(101, reverse, revision)).isEqualTo(expected);
    assertThat(storage.moves).isLessThan(500);
    assertThat(expected.getLast()).isEqualTo(key(reverse ? 99 : KEYS + 100));
  }

  /** As a queue is consumed: what was deleted last adds to what is known, in few runs. */
  @Test
  void pops_stayCheap() {
    fillAndDelete();
    flush();
    assertThat(head()).isEqualTo(key(KEYS));
    for (int i = KEYS; i < KEYS + 90; i++) {
      commit(delete(key(i)));
      assertThat(head()).isEqualTo(key(i + 1));
      assertThat(storage.moves).as("pop %d", i).isLessThan(100);
      assertThat(runs.size()).isLessThan(10);
    }
    flush();
    assertThat(head()).isEqualTo(key(KEYS + 90));
    assertThat(storage.moves).isLessThan(100);
  }

  @Test
  void put_isSeenByThoseAfterIt() {
    fillAndDelete();
    flush();
    assertThat(head()).isEqualTo(key(KEYS));
    long before = revision;

    commit(put(key(7), "again"), put("q/00007x", "new"));
    assertThat(first(2, false, revision)).containsExactly(key(7), "q/00007x");
    assertThat(first(2, false, before)).containsExactly(key(KEYS), key(KEYS + 1));
    assertThat(first(1, true, revision)).containsExactly(key(KEYS + 99));
    flush();
    assertThat(first(3, false, revision)).containsExactly(key(7), "q/00007x", key(KEYS));
  }

  @Test
  void olderSnapshot_seesWhatWasThere() {
    fillAndDelete();
    assertThat(head()).isEqualTo(key(KEYS));
    assertThat(first(1, false, 1)).containsExactly(key(0));
    flush();
    assertThat(first(1, false, 1)).containsExactly(key(0));
    assertThat(first(1, false, 0)).isEmpty();
  }

  /** Commits came after the snapshot of the scan that learns. */
  @Test
  void learn_notWhatWasPutMeanwhile() {
    fillAndDelete();
    long snapshot = revision;
    commit(put(key(5), "again"));
    assertThat(first(1, false, snapshot)).containsExactly(key(KEYS));
    assertThat(runs.size()).isZero();
    assertThat(head()).isEqualTo(key(5));
  }

  /** The put is flushed and gone from the overlay, and so nothing can be told. */
  @Test
  void learn_notBelowWhatTheOverlayRemembers() {
    fillAndDelete();
    long snapshot = revision;
    commit(put(key(5), "again"));
    flush();
    assertThat(first(1, false, snapshot)).containsExactly(key(KEYS));
    assertThat(runs.size()).isZero();
    assertThat(head()).isEqualTo(key(5));
  }

  @Test
  void refill_letsGo() {
    fillAndDelete();
    assertThat(head()).isEqualTo(key(KEYS));
    for (int i = 0; i < KEYS; i += 3) {
      commit(put(key(i), "again"));
    }
    assertThat(runs.size()).isLessThan(100);
    assertThat(first(KEYS, false, revision)).hasSize(KEYS / 3 + 100);
  }

  @Test
  void runs_areBounded() {
    int gap = DeletedRuns.MIN_KEYS + 1;
    List<Write> puts = new ArrayList<>();
    List<Write> deletes = new ArrayList<>();
    for (int i = 0; i < gap * (DeletedRuns.MAX_RUNS + 10); i++) {
      String key = String.format(Locale.ROOT, "q/%08d", i);
      (i % gap == 0 ? puts : deletes).add(i % gap == 0 ? put(key, "v") : delete(key));
    }
    puts.addAll(deletes);
    commit(puts.toArray(Write[]::new));
    assertThat(first(Integer.MAX_VALUE, false, revision)).hasSize(DeletedRuns.MAX_RUNS + 10);
    assertThat(runs.size()).isEqualTo(DeletedRuns.MAX_RUNS);
    assertThat(first(Integer.MAX_VALUE, false, revision)).hasSize(DeletedRuns.MAX_RUNS + 10);
  }
}
