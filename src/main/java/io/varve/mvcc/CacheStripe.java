package io.varve.mvcc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.model.Key;
import io.varve.model.Value;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A part of the read cache: the keys of some hashes, in a bounded number of bytes. Thread-safe. */
final class CacheStripe {
  /*
   * Records lie one after the other in segments, large arrays of bytes, so that a full cache is a few
   * hundred objects for the garbage collector and not several millions. A table has the position of
   * the first record of each bucket, and each record that of the next one in its bucket.
   *
   *   | next, 4 bytes | hash, 4 | revision, 8 | capacity, 4 | key length, 4 | value length, 4 |
   *   | state, 1 | 3 unused | key | value as VersionValueCodec writes it | up to the capacity |
   *
   * A position is 1 + the number of eight-byte words before the record, over all segments; 0 is none.
   * A new value of a key takes the place of the old one if it fits.
   *
   * When all segments are full, the oldest is swept: what was read since the last sweep moves to its
   * front, up to half of it, and the rest goes. This is FIFO with reinsertion, or CLOCK (F. J.
   * Corbató, "A paging experiment with the Multics system", 1968): about as good as LRU, and a hit
   * writes one byte, and that only once.
   */
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final int HASH = 4;
  private static final int REVISION = 8;
  private static final int CAPACITY = 16;
  private static final int KEY_LENGTH = 20;
  private static final int VALUE_LENGTH = 24;
  private static final int STATE = 28;
  private static final int HEADER_BYTES = 32;

  private static final byte DEAD = 0;
  private static final byte UNREAD = 1;
  private static final byte READ = 2;

  private static final int WORD_BYTES = 8;

  /** What a record is expected to take at least, for the size of the table. */
  private static final int BYTES_PER_BUCKET = 128;

  private final int segmentBytes;
  private final int maxSegments;

  @GuardedBy("this")
  private final int[] buckets;

  @GuardedBy("this")
  private final List<byte[]> segments = new ArrayList<>();

  /** Bytes used of each segment. */
  @GuardedBy("this")
  private final int[] used;

  /** The segment that is being filled; the one after it is the oldest. */
  @GuardedBy("this")
  private int current;

  /**
   * Takes at most {@code maxSegments} segments of {@code segmentBytes}, a power of two, as it needs
   * them.
   */
  CacheStripe(int segmentBytes, int maxSegments) {
    this.segmentBytes = segmentBytes;
    this.maxSegments = maxSegments;
    this.used = new int[maxSegments];
    this.buckets = new int[bucketsFor((long) segmentBytes * maxSegments)];
  }

  private static int bucketsFor(long bytes) {
    return Integer.highestOneBit(Math.clamp(bytes / BYTES_PER_BUCKET, 1, 1 << 30));
  }

  /** Bytes of the table for a stripe of {@code bytes}. */
  static long tableBytes(long bytes) {
    return (long) Integer.BYTES * bucketsFor(bytes);
  }

  synchronized ReadCache.@Nullable Cached get(Key key, int hash) {
    int position = find(key, hash);
    if (position == 0) {
      return null;
    }
    byte[] segment = segment(position);
    int at = offset(position);
    if (segment[at + STATE] != READ) {
      segment[at + STATE] = READ;
    }
    long revision = (long) LONG.get(segment, at + REVISION);
    if (revision == 0) {
      return ReadCache.Cached.ABSENT;
    }
    int valueAt = at + HEADER_BYTES + key.length();
    int valueLength = (int) INT.get(segment, at + VALUE_LENGTH);
    Value value = VersionValueCodec.read(ByteBuffer.wrap(segment, valueAt, valueLength));
    return new ReadCache.Cached(revision, value);
  }

  /** Holds this for the key from now on, or nothing if it is too large. */
  synchronized void put(Key key, int hash, long revision, @Nullable Value value) {
    int size = sizeOf(key, value);
    int position = find(key, hash);
    if (position != 0 && (size < 0 || !fits(position, size))) {
      remove(position);
      position = 0;
    }
    if (size < 0) {
      return;
    }
    if (position == 0) {
      position = allocate(size);
      add(position, size, key, hash);
    }
    byte[] segment = segment(position);
    int at = offset(position);
    int valueLength = VersionValueCodec.size(value);
    LONG.set(segment, at + REVISION, revision);
    INT.set(segment, at + VALUE_LENGTH, valueLength);
    VersionValueCodec.write(
        ByteBuffer.wrap(segment, at + HEADER_BYTES + key.length(), valueLength), value);
  }

  /** Bytes of a record, or -1 if it is too large to be held: a swept segment is half free. */
  private int sizeOf(Key key, @Nullable Value value) {
    long bytes = (long) HEADER_BYTES + key.length() + VersionValueCodec.size(value);
    long rounded = (bytes + WORD_BYTES - 1) & -WORD_BYTES;
    return maxSegments == 0 || rounded > segmentBytes / 2 ? -1 : (int) rounded;
  }

  /** Whether a record has the bytes for another value, and would not waste half of them. */
  @GuardedBy("this")
  private boolean fits(int position, int size) {
    int capacity = (int) INT.get(segment(position), offset(position) + CAPACITY);
    return size <= capacity && size >= capacity / 2;
  }

  @GuardedBy("this")
  private int find(Key key, int hash) {
    int position = buckets[bucket(hash)];
    while (position != 0) {
      byte[] segment = segment(position);
      int at = offset(position);
      if ((int) INT.get(segment, at + HASH) == hash && isOf(key, segment, at)) {
        return position;
      }
      position = (int) INT.get(segment, at);
    }
    return 0;
  }

  private static boolean isOf(Key key, byte[] segment, int at) {
    int length = key.length();
    int keyAt = at + HEADER_BYTES;
    return (int) INT.get(segment, at + KEY_LENGTH) == length
        && Arrays.equals(segment, keyAt, keyAt + length, key.array(), 0, length);
  }

  @GuardedBy("this")
  private void add(int position, int size, Key key, int hash) {
    byte[] segment = segment(position);
    int at = offset(position);
    int bucket = bucket(hash);
    INT.set(segment, at, buckets[bucket]);
    INT.set(segment, at + HASH, hash);
    INT.set(segment, at + CAPACITY, size);
    INT.set(segment, at + KEY_LENGTH, key.length());
    segment[at + STATE] = UNREAD;
    System.arraycopy(key.array(), 0, segment, at + HEADER_BYTES, key.length());
    buckets[bucket] = position;
  }

  @GuardedBy("this")
  private void remove(int position) {
    byte[] segment = segment(position);
    int at = offset(position);
    relink(position, (int) INT.get(segment, at));
    segment[at + STATE] = DEAD;
  }

  /** Lets whatever led to {@code position} lead to {@code next}. */
  @GuardedBy("this")
  private void relink(int position, int next) {
    int bucket = bucket((int) INT.get(segment(position), offset(position) + HASH));
    int before = buckets[bucket];
    if (before == position) {
      buckets[bucket] = next;
      return;
    }
    while (true) {
      byte[] segment = segment(before);
      int at = offset(before);
      int following = (int) INT.get(segment, at);
      if (following == position) {
        INT.set(segment, at, next);
        return;
      }
      before = following;
    }
  }

  /** Where a record of {@code size} bytes may be written. */
  @GuardedBy("this")
  private int allocate(int size) {
    if (segments.isEmpty()) {
      segments.add(new byte[segmentBytes]);
    } else if (used[current] + size > segmentBytes) {
      advance();
    }
    int at = used[current];
    used[current] = at + size;
    return position(current, at);
  }

  @GuardedBy("this")
  private void advance() {
    if (segments.size() < maxSegments) {
      current = segments.size();
      segments.add(new byte[segmentBytes]);
    } else {
      current = (current + 1) % maxSegments;
      used[current] = sweep(current);
    }
  }

  /** Moves what was read to the front of a segment and drops the rest; bytes that are used then. */
  @GuardedBy("this")
  private int sweep(int number) {
    byte[] segment = segments.get(number);
    int kept = 0;
    int capacity;
    for (int at = 0; at < used[number]; at += capacity) {
      capacity = (int) INT.get(segment, at + CAPACITY);
      int position = position(number, at);
      if (segment[at + STATE] == READ && kept + capacity <= segmentBytes / 2) {
        segment[at + STATE] = UNREAD;
        relink(position, position(number, kept));
        System.arraycopy(segment, at, segment, kept, capacity);
        kept += capacity;
      } else if (segment[at + STATE] != DEAD) {
        remove(position);
      }
    }
    return kept;
  }

  @GuardedBy("this")
  private int bucket(int hash) {
    return hash & (buckets.length - 1);
  }

  private int position(int number, int at) {
    return 1 + number * (segmentBytes / WORD_BYTES) + at / WORD_BYTES;
  }

  @GuardedBy("this")
  private byte[] segment(int position) {
    return segments.get((position - 1) / (segmentBytes / WORD_BYTES));
  }

  private int offset(int position) {
    return (position - 1) % (segmentBytes / WORD_BYTES) * WORD_BYTES;
  }
}
