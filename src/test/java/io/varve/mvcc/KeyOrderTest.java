package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Key;
import io.varve.model.RandomBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link KeyOrder} and {@link AppendList}. */
@Timeout(60)
final class KeyOrderTest {
  private final AppendList<OverlayEntry> list = new AppendList<>();
  private final KeyOrder order = new KeyOrder(list);

  @Test
  void runs_empty() {
    assertThat(order.runs()).isEmpty();
    assertThat(order.sorted()).isEmpty();
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3})
  void runs_areSortedAndShareNoKey(long seed) {
    var random = new Random(seed);
    Set<Key> appended = new HashSet<>();
    for (int round = 0; round < 200; round++) {
      for (int n = random.nextInt(20); n > 0; n--) {
        Key key = Key.wrap(RandomBytes.key(random, 4));
        if (appended.add(key)) {
          list.append(entry(key));
        }
      }
      checkRuns(order.runs(), appended);
      if (random.nextInt(20) == 0) {
        assertThat(keys(order.sorted())).containsExactlyElementsOf(new TreeSet<>(appended));
      }
    }
  }

  @Test
  void runs_oneKeyAtATime() {
    for (int i = 0; i < 4096; i++) {
      list.append(entry(key(i)));
      assertThat(order.runs()).as("no more than a logarithm").hasSizeLessThanOrEqualTo(13);
    }
  }

  @Test
  void runs_unchangedByLaterKeys() {
    list.append(entry(key(2)));
    List<OverlayEntry[]> before = order.runs();
    list.append(entry(key(1)));
    order.runs();
    order.sorted();

    assertThat(before).hasSize(1);
    assertThat(keys(before.getFirst())).containsExactly(key(2));
  }

  /** A reader sees all keys that were appended before it looked, each once and in order. */
  @Test
  void runs_whileKeysAreAppended() throws Exception {
    int count = 30_000;
    AtomicInteger appended = new AtomicInteger();
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      List<Future<?>> readers = new ArrayList<>();
      for (int r = 0; r < 2; r++) {
        readers.add(
            pool.submit(
                () -> {
                  int before;
                  do {
                    before = appended.get();
                    Set<Key> seen = new HashSet<>();
                    for (OverlayEntry[] entries : order.runs()) {
                      Key[] run = keys(entries).toArray(new Key[0]);
                      for (int i = 0; i < run.length; i++) {
                        assertThat(i == 0 || run[i - 1].compareTo(run[i]) < 0).isTrue();
                        assertThat(seen.add(run[i])).isTrue();
                      }
                    }
                    for (int i = 0; i < before; i += 97) {
                      assertThat(seen.contains(key(i))).as("key %d of %d", i, before).isTrue();
                    }
                  } while (before < count);
                }));
      }
      for (int i = 0; i < count; i++) {
        list.append(entry(key(i)));
        appended.incrementAndGet();
      }
      for (Future<?> reader : readers) {
        reader.get();
      }
    }
  }

  @Test
  void get_afterTheListHasGrown() {
    AppendList<Integer> list = new AppendList<>();
    for (int i = 0; i < 1_000; i++) {
      list.append(i);
    }

    assertThat(list.size()).isEqualTo(1_000);
    for (int i = 0; i < 1_000; i++) {
      assertThat(list.get(i)).isEqualTo(i);
    }
  }

  @Test
  void get_whileTheListGrows() throws Exception {
    AppendList<Integer> list = new AppendList<>();
    int count = 2_000_000;
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Future<?> reader =
          pool.submit(
              () -> {
                int size;
                do {
                  size = list.size();
                  for (int i = Math.max(0, size - 3); i < size; i++) {
                    Integer element = list.get(i);
                    if (element == null || element != i) {
                      throw new AssertionError("element " + i + " is " + element);
                    }
                  }
                } while (size < count);
              });
      for (int i = 0; i < count; i++) {
        list.append(i);
      }
      reader.get();
    }
  }

  private static OverlayEntry entry(Key key) {
    return new OverlayEntry(key, new VersionNode(1, null, null));
  }

  private static List<Key> keys(OverlayEntry[] entries) {
    return Arrays.stream(entries).map(OverlayEntry::key).toList();
  }

  private static void checkRuns(List<OverlayEntry[]> runs, Set<Key> expected) {
    Set<Key> seen = new HashSet<>();
    for (OverlayEntry[] entries : runs) {
      Key[] run = keys(entries).toArray(new Key[0]);
      Key[] sorted = run.clone();
      Arrays.sort(sorted);
      assertThat(run).isEqualTo(sorted);
      for (Key key : run) {
        assertThat(seen.add(key)).as("%s is in one run only", key).isTrue();
      }
    }
    assertThat(seen).isEqualTo(expected);
  }

  private static Key key(int number) {
    // Not in order of the numbers.
    return Key.of(String.format(Locale.ROOT, "%08x", Integer.reverse(number)));
  }
}
