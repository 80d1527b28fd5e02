package io.varve.mvcc;

import io.varve.model.Invariant;
import io.varve.model.Key;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of an overlay generation by key. One thread at a time inserts, under a lock of its
 * own; any number search without one. Nothing is ever removed.
 */
final class OverlayTable {
  /*
   * Open addressing with linear probing. The overlay is most of what lives long in the heap, and a
   * table without nodes saves the collector an object a key and every search a cache miss.
   *
   * A slot goes from empty to its entry once and for all, so a search may end at an empty slot.
   * Growing fills a table of its own and then publishes it. A search in the old one misses what was
   * inserted since, as it would have a moment earlier.
   *
   * Clients choose keys, and may choose such with equal hashes. A key that finds no slot within
   * MAX_PROBES goes to a map that is proof against that. Slots of one table never become empty
   * again, so a search that has seen as many full ones looks there too.
   */
  private static final int MIN_SLOTS = 32;
  private static final int MAX_PROBES = 64;
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(OverlayEntry[].class);

  /** Spreads hashes of little difference over all slots (Knuth's multiplicative hashing). */
  private static final int GOLDEN = 0x9E3779B9;

  private volatile Slots slots;

  /** Entries in the slots and elsewhere. Used by the inserting thread alone. */
  private int size;

  /** A table for about so many keys; it grows with more. */
  OverlayTable(int expectedKeys) {
    this.slots = new Slots(slotsFor(expectedKeys));
  }

  private static int slotsFor(int keys) {
    int half = Math.max(MIN_SLOTS / 2, Math.min(keys, 1 << 28));
    return Integer.highestOneBit(2 * half - 1) << 1;
  }

  @Nullable OverlayEntry find(Key key) {
    return slots.find(key);
  }

  /** Inserts an entry whose key is not there yet. One thread at a time. */
  void insert(OverlayEntry entry) {
    Slots now = slots;
    if (2 * size >= now.array.length) {
      now = now.grown();
      slots = now;
    }
    now.insert(entry);
    size++;
  }

  private static final class Slots {
    private final OverlayEntry[] array;
    private final int shift;
    private final ConcurrentHashMap<Key, OverlayEntry> crowded = new ConcurrentHashMap<>(0);

    Slots(int count) {
      this.array = new OverlayEntry[count];
      this.shift = Integer.SIZE - Integer.numberOfTrailingZeros(count);
    }

    @Nullable OverlayEntry find(Key key) {
      int at = home(key);
      for (int probes = 0; probes < MAX_PROBES; probes++) {
        OverlayEntry entry = (OverlayEntry) SLOT.getAcquire(array, at);
        if (entry == null) {
          return null;
        }
        if (entry.key().equals(key)) {
          return entry;
        }
        at = (at + 1) & (array.length - 1);
      }
      return crowded.get(key);
    }

    void insert(OverlayEntry entry) {
      int at = home(entry.key());
      for (int probes = 0; probes < MAX_PROBES; probes++) {
        OverlayEntry there = array[at];
        if (there == null) {
          SLOT.setRelease(array, at, entry);
          return;
        }
        Invariant.check(!there.key().equals(entry.key()), "a key is inserted once");
        at = (at + 1) & (array.length - 1);
      }
      crowded.put(entry.key(), entry);
    }

    Slots grown() {
      Slots larger = new Slots(2 * array.length);
      for (OverlayEntry entry : array) {
        if (entry != null) {
          larger.insert(entry);
        }
      }
      crowded.values().forEach(larger::insert);
      return larger;
    }

    private int home(Key key) {
      return (key.hashCode() * GOLDEN) >>> shift;
    }
  }
}
