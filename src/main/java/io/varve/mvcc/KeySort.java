package io.varve.mvcc;

import io.varve.model.Key;
import java.util.Arrays;

/** Sorts overlay entries by key. */
final class KeySort {
  /*
   * Comparing two keys costs two cache misses each, and a sort of n keys compares n log n times. So
   * every key is looked at once: the bytes behind the prefix which all of them share become the
   * upper part of a number, the place in the array its lower part, and the numbers are sorted.
   * Keys whose numbers do not tell them apart are put in order by comparison.
   */
  private static final int FEW = 64;

  private KeySort() {}

  /** The entries in rising order of their keys, of which no two are equal; in place. */
  static void sort(OverlayEntry[] entries) {
    if (isSorted(entries)) {
      return; // a bulk load often comes in order
    }
    if (entries.length < FEW) {
      Arrays.sort(entries, OverlayEntry.BY_KEY);
      return;
    }
    int indexBits = Integer.SIZE - Integer.numberOfLeadingZeros(entries.length - 1);
    long indexMask = (1L << indexBits) - 1;
    long[] numbers = numbers(entries, ~indexMask);
    Arrays.sort(numbers);
    OverlayEntry[] unsorted = entries.clone();
    for (int i = 0; i < entries.length; i++) {
      entries[i] = unsorted[(int) (numbers[i] & indexMask)];
    }
    sortTies(entries, numbers, indexBits);
  }

  private static boolean isSorted(OverlayEntry[] entries) {
    for (int i = 1; i < entries.length; i++) {
      if (OverlayEntry.BY_KEY.compare(entries[i - 1], entries[i]) > 0) {
        return false;
      }
    }
    return true;
  }

  private static long[] numbers(OverlayEntry[] entries, long prefixMask) {
    int shared = sharedPrefix(entries);
    long[] numbers = new long[entries.length];
    for (int i = 0; i < numbers.length; i++) {
      // Signed order of the numbers is unsigned order of the bytes.
      long bytes = eightBytes(entries[i].key().array(), shared) ^ Long.MIN_VALUE;
      numbers[i] = (bytes & prefixMask) | i;
    }
    return numbers;
  }

  private static int sharedPrefix(OverlayEntry[] entries) {
    byte[] first = entries[0].key().array();
    int shared = first.length;
    for (OverlayEntry entry : entries) {
      byte[] other = entry.key().array();
      int compared = Math.min(shared, other.length);
      int differs = Arrays.mismatch(first, 0, compared, other, 0, compared);
      shared = differs < 0 ? compared : differs;
    }
    return shared;
  }

  /** The bytes of a key from an offset on, big-endian, with zeros past its end. */
  private static long eightBytes(byte[] key, int from) {
    long number = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      int at = from + i;
      number = (number << Byte.SIZE) | (at < key.length ? key[at] & 0xff : 0);
    }
    return number;
  }

  private static void sortTies(OverlayEntry[] entries, long[] numbers, int indexBits) {
    int from = 0;
    for (int i = 1; i <= numbers.length; i++) {
      if (i == numbers.length || numbers[i] >> indexBits != numbers[from] >> indexBits) {
        if (i - from > 1) {
          Arrays.sort(entries, from, i, OverlayEntry.BY_KEY);
        }
        from = i;
      }
    }
  }

  /** Two sorted arrays in one; of entries with equal keys the one of {@code newer} comes first. */
  static OverlayEntry[] merge(OverlayEntry[] newer, OverlayEntry[] older) {
    OverlayEntry[] merged = new OverlayEntry[newer.length + older.length];
    int n = 0;
    int o = 0;
    for (int i = 0; i < merged.length; i++) {
      boolean takeNewer =
          o == older.length
              || (n < newer.length && OverlayEntry.BY_KEY.compare(newer[n], older[o]) <= 0);
      merged[i] = takeNewer ? newer[n++] : older[o++];
    }
    return merged;
  }

  /** The place of the first entry whose key is not below {@code bound}. */
  static int firstAtOrAbove(OverlayEntry[] sorted, Key bound) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle].key().compareTo(bound) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
