package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link OverlayTable}. */
@Timeout(60)
final class OverlayTableTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 1000, 5000})
  void find_whatWasInserted(int expectedKeys) {
    OverlayTable table = new OverlayTable(expectedKeys);
    List<OverlayEntry> entries = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      assertThat(table.find(key(i))).isNull();
      OverlayEntry entry = entry(key(i));
      table.insert(entry);
      entries.add(entry);
    }

    for (int i = 0; i < entries.size(); i++) {
      assertThat(table.find(key(i))).isSameAs(entries.get(i));
    }
    assertThat(table.find(key(3000))).isNull();
  }

  /** "Aa" and "BB" have the same hash, and so has any sequence of them of one length. */
  @Test
  void find_keysOfOneHash() {
    OverlayTable table = new OverlayTable(0);
    int count = 1 << 12;
    for (int i = 0; i < count; i++) {
      assertThat(colliding(i)).hasSameHashCodeAs(colliding(0));
      assertThat(table.find(colliding(i))).isNull();
      table.insert(entry(colliding(i)));
    }
    table.insert(entry(key(1)));

    for (int i = 0; i < count; i++) {
      OverlayEntry found = table.find(colliding(i));
      assertThat(found).isNotNull();
      assertThat(found.key()).isEqualTo(colliding(i));
    }
    assertThat(table.find(key(1))).isNotNull();
    assertThat(table.find(key(2))).isNull();
  }

  @Test
  void find_whileTheTableGrows() throws Exception {
    OverlayTable table = new OverlayTable(0);
    int count = 200_000;
    AtomicInteger inserted = new AtomicInteger();
    try (ExecutorService pool = Executors.newSingleThreadExecutor()) {
      Future<?> reader =
          pool.submit(
              () -> {
                int before;
                do {
                  before = inserted.get();
                  for (int i = Math.max(0, before - 50); i < before; i++) {
                    OverlayEntry found = table.find(key(i));
                    if (found == null || found.newest().revision != i + 1) {
                      throw new AssertionError("key " + i + " of " + before);
                    }
                  }
                } while (before < count);
              });
      for (int i = 0; i < count; i++) {
        table.insert(new OverlayEntry(key(i), new VersionNode(i + 1, null, null)));
        inserted.incrementAndGet();
      }
      reader.get();
    }
  }

  private static OverlayEntry entry(Key key) {
    return new OverlayEntry(key, new VersionNode(1, null, null));
  }

  private static Key key(int number) {
    return Key.of("key-" + number);
  }

  private static Key colliding(int number) {
    StringBuilder text = new StringBuilder();
    for (int bit = 0; bit < 12; bit++) {
      text.append((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return Key.of(text.toString());
  }
}
