package io.varve.mvcc;

import static io.varve.mvcc.TestCommits.commit;
import static io.varve.mvcc.TestCommits.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.Value;
import io.varve.storage.ColumnFamily;
import io.varve.storage.ForwardingStorageService;
import io.varve.storage.InMemoryStorageService;
import io.varve.storage.SortedIngest;
import io.varve.storage.StorageRow;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests for {@link ReadCache}, and for {@link VersionReader} where the two meet. */
final class ReadCacheTest {
  private static final Key KEY = Key.of("k");
  private static final ReadCache.Cached OLD = new ReadCache.Cached(1, Value.of("old"));
  private static final ReadCache.Cached NEW = new ReadCache.Cached(2, Value.of("new"));

  private final ReadCache cache = new ReadCache(1 << 20);

  @Test
  void fill_nothingHappenedInBetween() {
    cache.fill(KEY, cache.stamp(KEY), OLD);

    assertThat(cache.get(KEY)).isEqualTo(OLD);
  }

  @Test
  void fill_flushedInBetween() {
    int stamp = cache.stamp(KEY);
    cache.replace(KEY, 2, NEW.value());
    cache.fill(KEY, stamp, OLD);

    assertThat(cache.get(KEY)).isEqualTo(NEW);
  }

  @Test
  void fill_flushedInBetweenAndEvicted() {
    ReadCache none = new ReadCache(0);
    int stamp = none.stamp(KEY);
    none.replace(KEY, 2, NEW.value());
    assertThat(none.get(KEY)).isNull();
    none.fill(KEY, stamp, OLD);

    assertThat(none.get(KEY)).isNull();
  }

  @Test
  void fill_absence() {
    assertThat(cache.get(KEY)).isNull();
    cache.fill(KEY, cache.stamp(KEY), ReadCache.Cached.ABSENT);

    assertThat(cache.get(KEY)).isEqualTo(ReadCache.Cached.ABSENT);
  }

  @Test
  void get_boundedBytes() {
    ReadCache small = new ReadCache(100_000);
    for (int i = 0; i < 1_000; i++) {
      small.replace(Key.of("k" + i), 1, Value.copyOf(new byte[1_000]));
    }
    int held = 0;
    for (int i = 0; i < 1_000; i++) {
      held += small.get(Key.of("k" + i)) == null ? 0 : 1;
    }

    assertThat(held).isBetween(50, 99);
  }

  /**
   * A reader with an old view has found the old version on disk; before it can cache that, a flush
   * brings the new one. From then on everybody must see the new one.
   */
  @Test
  void get_flushBetweenSeekAndFill() {
    Fixture store = new Fixture();
    store.flush(commit(1, put("k", "old")));
    ReadCache readers = store.freshCache();
    store.afterNextSeek = () -> store.flushAndDrop(readers, commit(2, put("k", "new")));

    VersionReader reader = store.reader(readers);
    assertThat(text(reader.get(KEY, 1))).isEqualTo("old");
    assertThat(store.afterNextSeek).as("the flush came in between").isNull();

    assertThat(text(reader.get(KEY, 2))).isEqualTo("new");
    assertThat(text(reader.get(KEY, 1))).isEqualTo("old");
  }

  @Test
  void get_cachedVersionIsNewerThanTheSnapshot() {
    Fixture store = new Fixture();
    store.flush(commit(1, put("k", "1")));
    store.flush(commit(3, put("k", "3")));
    ReadCache readers = store.freshCache();
    VersionReader reader = store.reader(readers);

    assertThat(text(reader.get(KEY, 1))).isEqualTo("1");
    assertThat(readers.get(KEY)).as("the newest is cached, not what was read").isNotNull();
    assertThat(text(reader.get(KEY, 2))).isEqualTo("1");
    assertThat(text(reader.get(KEY, 3))).isEqualTo("3");
    assertThat(reader.get(KEY, 0)).isNull();
  }

  @Test
  void get_unflushedVersionIsNewerThanTheSnapshot() {
    Fixture store = new Fixture();
    store.flush(commit(1, put("k", "1")));
    store.apply(commit(3, put("k", "3")));
    ReadCache readers = store.freshCache();
    VersionReader reader = store.reader(readers);

    assertThat(text(reader.get(KEY, 2))).isEqualTo("1");
    assertThat(readers.get(KEY)).as("its view holds the key, so it may not fill").isNull();
    assertThat(text(reader.get(KEY, 3))).isEqualTo("3");
  }

  @Test
  void get_cachedTombstoneAndAbsence() {
    Fixture store = new Fixture();
    ReadCache readers = store.freshCache();
    VersionReader reader = store.reader(readers);

    assertThat(reader.get(KEY, 5)).isNull();
    store.seeks = 0;
    assertThat(reader.get(KEY, 5)).isNull();
    readers.replace(KEY, 2, null);
    assertThat(reader.get(KEY, 5)).isNull();
    assertThat(store.seeks).as("no seek for what is cached").isZero();
  }

  private static @Nullable String text(@Nullable Entry entry) {
    return entry == null ? null : entry.value().utf8();
  }

  /** An overlay over a storage, flushed by hand, that can be interrupted after a seek. */
  private static final class Fixture {
    private final ReentrantLock commitLock = new ReentrantLock();
    private final Overlay overlay = new Overlay(commitLock, 1);
    private final InMemoryStorageService storage = InMemoryStorageService.create();
    private int seeks;
    private @Nullable Runnable afterNextSeek;

    void apply(Commit commit) {
      commitLock.lock();
      try {
        overlay.apply(commit);
      } finally {
        commitLock.unlock();
      }
    }

    void flush(Commit commit) {
      flushAndDrop(new ReadCache(1), commit);
    }

    void flushAndDrop(ReadCache cache, Commit commit) {
      apply(commit);
      OverlayGeneration generation = overlay.freeze();
      assertThat(generation).isNotNull();
      try (SortedIngest files = storage.ingest(ColumnFamily.VERSIONS)) {
        for (Write write : commit.writes()) {
          files.put(
              VersionedKeyCodec.encode(write.key(), commit.revision()),
              VersionValueCodec.encode(write.value()));
        }
        files.commit();
      }
      for (Write write : commit.writes()) {
        cache.replace(write.key(), commit.revision(), write.value());
      }
      overlay.drop(generation, Long.MAX_VALUE);
    }

    ReadCache freshCache() {
      return new ReadCache(1 << 20);
    }

    VersionReader reader(ReadCache cache) {
      StoreMeta meta = new StoreMeta(storage);
      var watched =
          new ForwardingStorageService(storage) {
            @Override
            public @Nullable StorageRow first(ColumnFamily family, byte[] from, byte[] to) {
              StorageRow row = super.first(family, from, to);
              seeks++;
              Runnable interruption = afterNextSeek;
              if (interruption != null) {
                afterNextSeek = null;
                interruption.run();
              }
              return row;
            }
          };
      return new VersionReader(
          overlay, cache, watched, new CommitTimes(overlay, new Visibility(), storage, meta));
    }
  }
}
