package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests {@link OwnWritesScan}: random own writes over random stored ones, against a map. */
@Timeout(60)
final class OwnWritesScanTest {
  /** Few and short keys, one a prefix of the other, so that they meet often. */
  private static final int DISTINCT_KEYS = 40;

  private static final int ROUNDS = 60;

  @TempDir Path directory;

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void page_equalsTheModel(long seed) {
    Random random = new Random(seed);
    NavigableMap<Key, Value> model = new TreeMap<>();
    try (ControlledManager manager = ControlledManager.in(directory).start()) {
      for (int round = 0; round < ROUNDS; round++) {
        storeSome(manager, model, random);
        try (Transaction transaction = manager.begin(ControlledManager.SERIALIZABLE)) {
          NavigableMap<Key, Value> own = new TreeMap<>(model);
          for (int i = random.nextInt(15); i > 0; i--) {
            writeOne(transaction, own, random);
          }
          storeAfterwards(manager, model, random);
          for (int i = 0; i < 4; i++) {
            assertScan(transaction, own, random, "round " + round + " scan " + i);
          }
        }
      }
    }
  }

  private static void storeSome(
      ControlledManager manager, NavigableMap<Key, Value> model, Random random) {
    manager.commit(
        view -> {
          for (int i = random.nextInt(10); i > 0; i--) {
            writeOne(view, model, random);
          }
        });
    if (random.nextInt(3) == 0) {
      manager.store.flush();
    }
  }

  /** What is committed after the snapshot must not show. */
  private static void storeAfterwards(
      ControlledManager manager, NavigableMap<Key, Value> model, Random random) {
    if (random.nextBoolean()) {
      storeSome(manager, model, random);
    }
  }

  private static void writeOne(WriteView view, NavigableMap<Key, Value> model, Random random) {
    Key key = key(random);
    if (random.nextInt(3) == 0) {
      view.delete(key);
      model.remove(key);
    } else {
      Value value = Value.of(Integer.toString(random.nextInt(), 1 + random.nextInt(36)));
      view.put(key, value);
      model.put(key, value);
    }
  }

  private static Key key(Random random) {
    int number = random.nextInt(DISTINCT_KEYS);
    byte[] bytes = new byte[1 + number % 3];
    bytes[0] = (byte) (number * 7);
    return Key.wrap(bytes);
  }

  /** Reads a random range to its end, page by page. */
  private static void assertScan(
      Transaction transaction, NavigableMap<Key, Value> model, Random random, String what) {
    KeyRange range = range(random);
    ScanOptions options =
        new ScanOptions(
            1 + random.nextInt(random.nextBoolean() ? 5 : 50),
            1 + random.nextInt(random.nextBoolean() ? 10 : 1_000),
            random.nextBoolean());
    List<String> expected = new ArrayList<>();
    for (Map.Entry<Key, Value> entry : model.entrySet()) {
      if (range.contains(entry.getKey())) {
        expected.add(text(entry.getKey(), entry.getValue()));
      }
    }
    if (options.reverse()) {
      Collections.reverse(expected);
    }
    String context = what + " " + range + " " + options;

    List<String> found = new ArrayList<>();
    KeyRange rest = range;
    while (rest != null) {
      ScanPage page = transaction.scan(rest, options);
      assertSize(page, options, context);
      for (Entry entry : page.entries()) {
        assertThat(rest.contains(entry.key())).as(context).isTrue();
        found.add(text(entry.key(), entry.value()));
      }
      rest = page.rest();
    }
    assertThat(found).as(context).isEqualTo(expected);
  }

  /** A page never exceeds its bounds, and only the last one stays below both. */
  private static void assertSize(ScanPage page, ScanOptions options, String context) {
    long bytes = 0;
    for (Entry entry : page.entries()) {
      assertThat(bytes).as(context).isLessThan(options.maxBytes());
      bytes += entry.key().length() + entry.value().length();
    }
    assertThat(page.entries()).as(context).hasSizeLessThanOrEqualTo(options.limit());
    if (page.rest() != null) {
      assertThat(page.entries().size() == options.limit() || bytes >= options.maxBytes())
          .as(context)
          .isTrue();
    }
  }

  private static KeyRange range(Random random) {
    Key start = random.nextInt(3) == 0 ? null : key(random);
    Key end = random.nextInt(3) == 0 ? null : key(random);
    return start != null && end != null && start.compareTo(end) > 0
        ? new KeyRange(end, start)
        : new KeyRange(start, end);
  }

  private static String text(Key key, Value value) {
    return key + "=" + value.utf8();
  }
}
