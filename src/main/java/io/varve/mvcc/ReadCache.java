package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.model.Value;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * The newest flushed version of keys that were read or flushed lately, absences included.
 * Thread-safe.
 */
final class ReadCache {
  /*
   * The trap is a stale fill: a reader with an old view looks a key up, a flush brings a newer
   * version, and then the reader puts the old one back for everybody. So each key has a stamp,
   * shared with others of the same hash. A reader reads the stamp before it takes its view
   * of the overlay; a flush, after its files are ingested and before its generation leaves the
   * view, raises the stamp and replaces the entry while it holds the lock of the key's stripe; a
   * reader fills while it holds that lock too, and only if the stamp has not moved. Beyond that a
   * reader may fill only if its view held no version of the key and it looked for the newest
   * flushed one.
   */
  private static final int STAMPS = 1 << 12;

  private static final int MAX_STRIPES = 64;
  private static final int MAX_SEGMENT_BYTES = 256 << 10;
  private static final int MIN_SEGMENTS = 4;

  private final AtomicIntegerArray stamps = new AtomicIntegerArray(STAMPS);
  private final CacheStripe[] stripes;

  /**
   * What is cached for a key.
   *
   * @param revision of the newest flushed version, or 0 where the key has none
   * @param value its value, or null where the key is deleted or has no version
   */
  record Cached(long revision, @Nullable Value value) {
    static final Cached ABSENT = new Cached(0, null);
  }

  /**
   * Takes up to {@code maxBytes} of heap, as it fills. A version whose key and value take more than
   * half a segment, 128 KiB in a cache of a megabyte or more, is not held.
   */
  ReadCache(long maxBytes) {
    long most = maxBytes / ((long) MAX_SEGMENT_BYTES * MIN_SEGMENTS);
    int count = Integer.highestOneBit(Math.clamp(most, 1, MAX_STRIPES));
    long stripeBytes = maxBytes / count;
    long forSegments = stripeBytes - CacheStripe.tableBytes(stripeBytes);
    int fitting = Math.clamp(forSegments / MIN_SEGMENTS, 1, MAX_SEGMENT_BYTES);
    int segmentBytes = Integer.highestOneBit(fitting);
    int segments = forSegments < MIN_SEGMENTS ? 0 : Math.toIntExact(forSegments / segmentBytes);
    this.stripes = new CacheStripe[count];
    for (int i = 0; i < count; i++) {
      stripes[i] = new CacheStripe(segmentBytes, segments);
    }
  }

  /** To be read before the overlay view, and handed to {@link #fill} afterwards. */
  int stamp(Key key) {
    return stamps.get(stampOf(hash(key)));
  }

  @Nullable Cached get(Key key) {
    int hash = hash(key);
    return stripe(hash).get(key, hash);
  }

  /** Caches what a reader found, unless a flush has touched the key since {@code stamp}. */
  void fill(Key key, int stamp, Cached found) {
    int hash = hash(key);
    CacheStripe stripe = stripe(hash);
    synchronized (stripe) {
      if (stamps.get(stampOf(hash)) == stamp) {
        stripe.put(key, hash, found.revision(), found.value());
      }
    }
  }

  /** Caches what a flush has just ingested. */
  void replace(Key key, long revision, @Nullable Value value) {
    int hash = hash(key);
    CacheStripe stripe = stripe(hash);
    synchronized (stripe) {
      stamps.incrementAndGet(stampOf(hash));
      stripe.put(key, hash, revision, value);
    }
  }

  /** Spreads the hash of a key over all bits, as the finalizer of MurmurHash3 (A. Appleby) does. */
  private static int hash(Key key) {
    int hash = key.hashCode();
    hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
    hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
    return hash ^ (hash >>> 16);
  }

  private static int stampOf(int hash) {
    return hash & (STAMPS - 1);
  }

  /** By the upper bits: a stripe finds its bucket by the lower ones. */
  private CacheStripe stripe(int hash) {
    return stripes[(hash >>> 26) & (stripes.length - 1)];
  }
}
