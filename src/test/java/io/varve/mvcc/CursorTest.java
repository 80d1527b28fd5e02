package io.varve.mvcc;

import static io.varve.mvcc.TestCommits.delete;
import static io.varve.mvcc.TestCommits.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.RandomBytes;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.Value;
import io.varve.storage.ColumnFamily;
import io.varve.storage.ForwardingStorageService;
import io.varve.storage.InMemoryStorageService;
import io.varve.storage.SortedIngest;
import io.varve.storage.StorageIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link OverlayCursor}, {@link FlushedCursor} and {@link VersionScan}. */
final class CursorTest {
  private final ReentrantLock commitLock = new ReentrantLock();
  private final Overlay overlay = new Overlay(commitLock, 1 << 20);
  private final InMemoryStorageService storage = InMemoryStorageService.create();
  private final DeletedRuns runs = new DeletedRuns(overlay, 1);
  private long revision;

  /** The whole history: for each key its versions by revision, null for a delete. */
  private final NavigableMap<Key, NavigableMap<Long, @Nullable Value>> model = new TreeMap<>();

  @Test
  void overlayCursor_keysOfSeveralGenerations() {
    commit(put("a", "1"), put("c", "1"));
    overlay.freeze();
    commit(put("b", "2"), put("c", "2"));
    overlay.freeze();
    commit(delete("a"), put("d", "3"));

    assertThat(overlayKeys(KeyRange.ALL, false)).containsExactly("a", "b", "c", "d");
    assertThat(overlayKeys(KeyRange.ALL, true)).containsExactly("d", "c", "b", "a");
    assertThat(overlayKeys(new KeyRange(Key.of("b"), Key.of("d")), false))
        .containsExactly("b", "c");
    assertThat(overlayKeys(new KeyRange(Key.of("b"), Key.of("d")), true)).containsExactly("c", "b");
    assertThat(overlayKeys(new KeyRange(Key.of("bb"), Key.of("bc")), false)).isEmpty();
    assertThat(overlayKeys(new KeyRange(Key.of("bb"), Key.of("bc")), true)).isEmpty();
    assertThat(overlayKeys(new KeyRange(Key.of("x"), null), true)).isEmpty();
    assertThat(overlayKeys(new KeyRange(null, Key.of("a")), false)).isEmpty();
  }

  @Test
  void overlayCursor_emptyOverlay() {
    assertThat(overlayKeys(KeyRange.ALL, false)).isEmpty();
    assertThat(overlayKeys(KeyRange.ALL, true)).isEmpty();
  }

  @Test
  void flushedCursor_emptyStore() {
    assertThat(flushed(KeyRange.ALL, 9, false)).isEmpty();
    assertThat(flushed(KeyRange.ALL, 9, true)).isEmpty();
  }

  @Test
  void flushedCursor_reservedRowsAreNoKeys() {
    try (SortedIngest files = storage.ingest(ColumnFamily.VERSIONS)) {
      files.put(VersionedKeyCodec.FLUSHED, VersionedKeyCodec.revisionBytes(1));
      files.put(VersionedKeyCodec.PRUNED, VersionedKeyCodec.revisionBytes(1));
      files.commit();
    }
    commit(new Write(Key.wrap(new byte[] {0}), Value.of("v")));
    flushAll();

    assertThat(flushed(KeyRange.ALL, 9, false)).containsExactly("0x00@1");
    assertThat(flushed(KeyRange.ALL, 9, true)).containsExactly("0x00@1");
  }

  @Test
  void flushedCursor_tombstonesAreShown() {
    commit(put("a", "1"));
    commit(delete("a"), put("b", "2"));
    flushAll();

    assertThat(flushed(KeyRange.ALL, 1, false)).containsExactly("a@1");
    assertThat(flushed(KeyRange.ALL, 2, false)).containsExactly("a@2-", "b@2");
    assertThat(flushed(KeyRange.ALL, 2, true)).containsExactly("b@2", "a@2-");
    assertThat(flushed(KeyRange.ALL, 0, false)).isEmpty();
    assertThat(flushed(KeyRange.ALL, 0, true)).isEmpty();
  }

  /** Around the number of rows after which the cursor seeks instead of stepping. */
  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 10, 17, 40})
  void flushedCursor_manyVersionsOfAKey(int versions) {
    for (int i = 0; i < versions; i++) {
      commit(put("a", "v"), put("b", "v"), put("c", "v"));
    }
    flushAll();

    for (long snapshot = 1; snapshot <= versions; snapshot++) {
      String at = "@" + snapshot;
      assertThat(flushed(KeyRange.ALL, snapshot, false))
          .containsExactly("a" + at, "b" + at, "c" + at);
      assertThat(flushed(KeyRange.ALL, snapshot, true))
          .containsExactly("c" + at, "b" + at, "a" + at);
      assertThat(flushed(KeyRange.single(Key.of("b")), snapshot, true)).containsExactly("b" + at);
      assertThat(flushed(new KeyRange(null, Key.of("b")), snapshot, true))
          .containsExactly("a" + at);
    }
  }

  /** Every scan over random histories says what a model says, however it is cut into pages. */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void page_agreesWithAModel(long seed) {
    var random = new Random(seed);
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      keys.add(Key.wrap(RandomBytes.key(random, 3)));
    }
    for (int round = 0; round < 120; round++) {
      commitRandom(random, keys);
      if (random.nextInt(6) == 0) {
        overlay.freeze();
      }
      if (random.nextInt(12) == 0) {
        flushAll();
      }
      for (int n = 0; n < 3; n++) {
        KeyRange range = range(random, keys);
        boolean reverse = random.nextBoolean();
        long snapshot = random.nextBoolean() ? revision : random.nextLong(revision + 1);
        int limit = 1 + random.nextInt(6);
        assertThat(scan(new VersionScan(overlay, runs, storage), range, reverse, snapshot, limit))
            .as("round %d, %s at %d", round, range, snapshot)
            .isEqualTo(expected(range, reverse, snapshot));
      }
    }
  }

  /** A version that is flushed between two steps, or in a step, is met once and never missed. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void page_flushBetweenSteps(boolean reverse) {
    int keys = 2_500; // three steps
    for (int i = 0; i < keys; i++) {
      commit(put(String.format(Locale.ROOT, "k%05d", i), "v"));
      if (i == keys / 2) {
        overlay.freeze();
      }
    }
    var flushing =
        new ForwardingStorageService(storage) {
          private int opened;

          @Override
          public StorageIterator iterate(ColumnFamily family) {
            if (++opened == 2) {
              commit(put("k00001", "newer"), delete("k02498"));
              flushAll();
            }
            StorageIterator rows = super.iterate(family);
            if (opened == 1) {
              flushAll(); // these rows are not in the iterator, so they must be in the view
            } else if (opened == 3) {
              commit(put("k00000", "newer"), delete("k02499"));
              flushAll();
            }
            return rows;
          }
        };

    List<Entry> found =
        scan(
            new VersionScan(overlay, runs, flushing),
            KeyRange.ALL,
            reverse,
            keys,
            Integer.MAX_VALUE);

    assertThat(flushing.opened)
        .as("three, or more where a step was cut short by its time")
        .isGreaterThanOrEqualTo(3);
    assertThat(found).isEqualTo(expected(KeyRange.ALL, reverse, keys));
    assertThat(found).hasSize(keys);
  }

  @Test
  void page_bounds() {
    commit(put("a", "1234"), put("b", "1234"), put("c", "1234"));
    VersionScan scan = new VersionScan(overlay, runs, storage);

    ScanPage bytes = scan.page(KeyRange.ALL, new ScanOptions(10, 6, false), 1);
    assertThat(bytes.entries()).as("it may exceed the bytes by one entry").hasSize(2);
    assertThat(bytes.rest()).isEqualTo(new KeyRange(Key.of("c"), null));

    ScanPage reverse = scan.page(KeyRange.ALL, ScanOptions.last(2), 1);
    assertThat(reverse.entries()).extracting(Entry::key).containsExactly(Key.of("c"), Key.of("b"));
    assertThat(reverse.rest()).isEqualTo(new KeyRange(null, Key.of("a").successor()));

    ScanPage all = scan.page(KeyRange.ALL, ScanOptions.first(3), 1);
    assertThat(all.rest()).as("nothing is left").isNull();
    KeyRange empty = new KeyRange(Key.of("a"), Key.of("a"));
    assertThat(scan.page(empty, ScanOptions.first(1), 1)).isEqualTo(new ScanPage(List.of(), null));
  }

  private void commitRandom(Random random, List<Key> keys) {
    var written = new TreeSet<Key>();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      written.add(keys.get(random.nextInt(keys.size())));
    }
    commit(
        written.stream()
            .map(
                key ->
                    new Write(
                        key, random.nextInt(2) == 0 ? null : Value.of("v" + random.nextInt(100))))
            .toArray(Write[]::new));
  }

  private static KeyRange range(Random random, List<Key> keys) {
    Key one = random.nextInt(4) == 0 ? null : keys.get(random.nextInt(keys.size()));
    Key two = random.nextInt(4) == 0 ? null : keys.get(random.nextInt(keys.size()));
    boolean swap = one != null && two != null && one.compareTo(two) > 0;
    return swap ? new KeyRange(two, one) : new KeyRange(one, two);
  }

  private void commit(Write... writes) {
    revision++;
    commitLock.lock();
    try {
      overlay.apply(TestCommits.commit(revision, writes));
      runs.written(List.of(writes));
    } finally {
      commitLock.unlock();
    }
    for (Write write : writes) {
      model.computeIfAbsent(write.key(), key -> new TreeMap<>()).put(revision, write.value());
    }
  }

  private void flushAll() {
    for (OverlayGeneration g = overlay.freeze(); g != null; g = overlay.view().oldestFrozen()) {
      try (SortedIngest files = storage.ingest(ColumnFamily.VERSIONS)) {
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

  private List<String> overlayKeys(KeyRange range, boolean reverse) {
    List<String> keys = new ArrayList<>();
    OverlayCursor cursor = new OverlayCursor(overlay.view(), range, reverse);
    for (Key key = cursor.key(); key != null; key = cursor.key()) {
      keys.add(key.toString());
      cursor.next();
    }
    return keys;
  }

  private List<String> flushed(KeyRange range, long snapshot, boolean reverse) {
    List<String> found = new ArrayList<>();
    try (StorageIterator rows = storage.iterate(ColumnFamily.VERSIONS)) {
      FlushedCursor cursor =
          new FlushedCursor(rows, range, snapshot, new ScanOptions(1, 1, reverse));
      for (Key key = cursor.key(); key != null; key = cursor.key()) {
        found.add(key + "@" + cursor.revision() + (cursor.value() == null ? "-" : ""));
        cursor.next();
      }
    }
    return found;
  }

  private static List<Entry> scan(
      VersionScan scan, KeyRange range, boolean reverse, long snapshot, int limit) {
    List<Entry> entries = new ArrayList<>();
    KeyRange rest = range;
    while (rest != null) {
      ScanPage page = scan.page(rest, new ScanOptions(limit, Long.MAX_VALUE, reverse), snapshot);
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
      assertThat(page.rest() == null || page.entries().size() == limit).isTrue();
      entries.addAll(page.entries());
      rest = page.rest();
    }
    return entries;
  }

  private List<Entry> expected(KeyRange range, boolean reverse, long snapshot) {
    List<Entry> entries = new ArrayList<>();
    (reverse ? model.descendingMap() : model)
        .forEach(
            (key, versions) -> {
              var version = versions.floorEntry(snapshot);
              if (range.contains(key) && version != null && version.getValue() != null) {
                entries.add(new Entry(key, version.getValue(), new Revision(version.getKey())));
              }
            });
    return entries;
  }
}
