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
   * Open addressing with linear probing. The overlay is most of what lives long in the heap, so the
   * table is one array of numbers: it has no nodes which the collector would have to copy, and a
   * store into it at random leaves no reference behind that the collector would have to look for.
   * The entries themselves are in a list, in the order in which they came. A slot has the hash of
   * a key in its upper half, so that only the entry that is sought is looked at, and in its lower
   * half the place of the entry, counted from 1. An empty slot is 0.
   *
   * A slot is filled once and for all, after the entry is in the list, so a search may end at an
   * empty slot. Growing fills an array of its own and then publishes it. A search in the old one
   * misses what was inserted since, as it would have a moment earlier.
   *
   * Clients choose keys, and may choose such with equal hashes. A key that finds no slot within
   * MAX_PROBES goes to a map that is proof against that. Slots of one array never become empty
   * again, so a search that has seen as many full ones looks there too.
   */
  private static final int MIN_SLOTS = 32;
  private static final int MAX_SLOTS = 1 << 30;
  private static final int MAX_PROBES = 64;
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);

  /** Spreads hashes of little difference over all slots (Knuth's multiplicative hashing). */
  private static final int GOLDEN = 0x9E3779B9;

  private final AppendList<OverlayEntry> entries = new AppendList<>();
  private volatile Slots slots;

  /** A table for about so many keys; it grows with more. */
  OverlayTable(int expectedKeys) {
    this.slots = new Slots(slotsFor(expectedKeys));
  }

  private static int slotsFor(int keys) {
    int half = Math.clamp(keys, MIN_SLOTS / 2, MAX_SLOTS / 2);
    return Integer.highestOneBit(2 * half - 1) << 1;
  }

  @Nullable OverlayEntry find(Key key) {
    return slots.find(key);
  }

  /** Inserts an entry whose key is not there yet. One thread at a time. */
  void insert(OverlayEntry entry) {
    int place = entries.size() + 1;
    entries.append(entry);
    Slots now = slots;
    if (2L * place > now.array.length) {
      slots = new Slots(2 * now.array.length); // with the new entry
    } else {
      now.insert(entry, place);
    }
  }

  /** All entries, in the order of their insertion. */
  AppendList<OverlayEntry> entries() {
    return entries;
  }

  private final class Slots {
    private final long[] array;
    private final int shift;
    private final ConcurrentHashMap<Key, OverlayEntry> crowded = new ConcurrentHashMap<>(0);

    /** All entries that there are. */
    Slots(int count) {
      this.array = new long[count];
      this.shift = Integer.SIZE - Integer.numberOfTrailingZeros(count);
      for (int i = 0; i < entries.size(); i++) {
        insert(entries.get(i), i + 1);
      }
    }

    @Nullable OverlayEntry find(Key key) {
      int hash = key.hashCode();
      int at = home(hash);
      for (int probes = 0; probes < MAX_PROBES; probes++) {
        long slot = (long) SLOT.getAcquire(array, at);
        if (slot == 0) {
          return null;
        }
        if ((int) (slot >>> Integer.SIZE) == hash) {
          OverlayEntry entry = entries.get((int) slot - 1);
          if (entry.key().equals(key)) {
            return entry;
          }
        }
        at = (at + 1) & (array.length - 1);
      }
      return crowded.get(key);
    }

    void insert(OverlayEntry entry, int place) {
      int hash = entry.key().hashCode();
      int at = home(hash);
      for (int probes = 0; probes < MAX_PROBES; probes++) {
        if (array[at] == 0) {
          SLOT.setRelease(array, at, (long) hash << Integer.SIZE | place);
          return;
        }
        at = (at + 1) & (array.length - 1);
      }
      Invariant.check(crowded.put(entry.key(), entry) == null, "a key is inserted once");
    }

    private int home(int hash) {
      return (hash * GOLDEN) >>> shift;
    }
  }
}
