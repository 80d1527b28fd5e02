package io.varve.mvcc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.varve.model.Key;
import io.varve.model.Value;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/** The newest flushed version of keys that were read or flushed lately, absences included. */
final class ReadCache {
  /*
   * The trap is a stale fill: a reader with an old view looks a key up, a flush brings a newer
   * version, and then the reader puts the old one back for everybody. So each key has a stamp,
   * shared with others of the same hash stripe. A reader reads the stamp before it takes its view
   * of the overlay; a flush, after its files are ingested and before its generation leaves the
   * view, raises the stamp and replaces the entry inside one compute of the key; a reader fills
   * inside a compute of the key too, and only if the stamp has not moved. Beyond that a reader may
   * fill only if its view held no version of the key and it looked for the newest flushed one.
   */
  private static final int STRIPES = 1 << 12;
  private static final int ENTRY_OVERHEAD_BYTES = 120;

  private final AtomicIntegerArray stamps = new AtomicIntegerArray(STRIPES);
  private final Cache<Key, Cached> entries;

  /**
   * What is cached for a key.
   *
   * @param revision of the newest flushed version, or 0 where the key has none
   * @param value its value, or null where the key is deleted or has no version
   */
  record Cached(long revision, @Nullable Value value) {
    static final Cached ABSENT = new Cached(0, null);
  }

  ReadCache(long maxBytes) {
    this.entries =
        Caffeine.newBuilder()
            .maximumWeight(maxBytes)
            .weigher((Key key, Cached cached) -> weightOf(key, cached))
            .executor(Runnable::run)
            .build();
  }

  private static int weightOf(Key key, Cached cached) {
    int valueBytes = cached.value() == null ? 0 : cached.value().length();
    return ENTRY_OVERHEAD_BYTES + key.length() + valueBytes;
  }

  /** To be read before the overlay view, and handed to {@link #fill} afterwards. */
  int stamp(Key key) {
    return stamps.get(stripe(key));
  }

  @Nullable Cached get(Key key) {
    return entries.getIfPresent(key);
  }

  /** Caches what a reader found, unless a flush has touched the key since {@code stamp}. */
  void fill(Key key, int stamp, Cached found) {
    entries.asMap().compute(key, (k, old) -> stamps.get(stripe(k)) == stamp ? found : old);
  }

  /** Caches what a flush has just ingested. */
  void replace(Key key, Cached flushed) {
    entries
        .asMap()
        .compute(
            key,
            (k, old) -> {
              stamps.incrementAndGet(stripe(k));
              return flushed;
            });
  }

  private static int stripe(Key key) {
    int hash = key.hashCode();
    return (hash ^ (hash >>> 16)) & (STRIPES - 1);
  }
}
