package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Key;
import io.varve.model.RandomBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link KeySort}. */
final class KeySortTest {
  @ParameterizedTest(name = "{0} keys, {1} bytes shared, seed={2}")
  @CsvSource({
    "0, 0, 1",
    "1, 0, 1",
    "2, 0, 1",
    "63, 0, 1",
    "64, 0, 1",
    "65, 3, 1",
    "1000, 0, 1",
    "1000, 0, 2",
    "1000, 1, 3",
    "1000, 20, 4",
    "5000, 7, 5"
  })
  void sort_randomKeys(int count, int sharedBytes, long seed) {
    var random = new Random(seed);
    byte[] shared = new byte[sharedBytes];
    random.nextBytes(shared);
    Set<Key> keys = new TreeSet<>();
    while (keys.size() < count) {
      // Short keys out of few bytes: many are prefixes of others.
      byte[] rest = RandomBytes.key(random, 12);
      byte[] key = Arrays.copyOf(shared, sharedBytes + rest.length);
      System.arraycopy(rest, 0, key, sharedBytes, rest.length);
      keys.add(Key.wrap(key));
    }

    assertSorts(List.copyOf(keys), random);
  }

  /** Zeros at the end count, although the numbers that are sorted first have zeros there too. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2, 9})
  void sort_keysThatDifferInTrailingZeros(int sharedBytes) {
    List<Key> keys =
        IntStream.rangeClosed(1, 200).mapToObj(n -> Key.wrap(new byte[sharedBytes + n])).toList();

    assertSorts(keys, new Random(1));
  }

  /** The first eight bytes behind what all share are equal for many. */
  @Test
  void sort_keysThatDifferLate() {
    List<Key> keys =
        IntStream.range(0, 1000)
            .mapToObj(n -> Key.of((n < 500 ? "a" : "b") + "-twelve-bytes-" + (1_000_000 + n)))
            .toList();

    assertSorts(keys, new Random(1));
  }

  @Test
  void sort_bytesAreUnsigned() {
    List<Key> keys =
        IntStream.range(0, 256).mapToObj(b -> Key.wrap(new byte[] {(byte) b, 1})).toList();

    assertSorts(keys, new Random(1));
  }

  private static void assertSorts(List<Key> sorted, Random random) {
    List<Key> shuffled = new ArrayList<>(sorted);
    Collections.shuffle(shuffled, random);
    OverlayEntry[] entries = entries(shuffled);

    KeySort.sort(entries);

    assertThat(keys(entries)).containsExactlyElementsOf(sorted);
    KeySort.sort(entries);
    assertThat(keys(entries)).as("sorted once more").containsExactlyElementsOf(sorted);
  }

  @Test
  void merge_newerComesFirst() {
    OverlayEntry[] newer = entries(List.of(Key.of("a"), Key.of("c")));
    OverlayEntry[] older = entries(List.of(Key.of("a"), Key.of("b"), Key.of("d")));

    assertThat(KeySort.merge(newer, older))
        .containsExactly(newer[0], older[0], older[1], newer[1], older[2]);
    assertThat(KeySort.merge(newer, new OverlayEntry[0])).containsExactly(newer);
    assertThat(KeySort.merge(new OverlayEntry[0], older)).containsExactly(older);
  }

  @Test
  void firstAtOrAbove_everyPlace() {
    OverlayEntry[] entries = entries(List.of(Key.of("b"), Key.of("d")));

    assertThat(KeySort.firstAtOrAbove(entries, Key.of("a"))).isZero();
    assertThat(KeySort.firstAtOrAbove(entries, Key.of("b"))).isZero();
    assertThat(KeySort.firstAtOrAbove(entries, Key.of("c"))).isEqualTo(1);
    assertThat(KeySort.firstAtOrAbove(entries, Key.of("d"))).isEqualTo(1);
    assertThat(KeySort.firstAtOrAbove(entries, Key.of("e"))).isEqualTo(2);
  }

  private static OverlayEntry[] entries(List<Key> keys) {
    return keys.stream()
        .map(key -> new OverlayEntry(key, new VersionNode(1, null, null)))
        .toArray(OverlayEntry[]::new);
  }

  private static List<Key> keys(OverlayEntry[] entries) {
    return Arrays.stream(entries).map(OverlayEntry::key).toList();
  }
}
