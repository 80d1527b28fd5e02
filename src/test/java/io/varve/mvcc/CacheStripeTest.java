package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Key;
import io.varve.model.RandomBytes;
import io.varve.model.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link CacheStripe}. */
final class CacheStripeTest {
  private static final int SEGMENT_BYTES = 1 << 10;

  /** 32 bytes of header, 8 of key, 1 + 87 of value: eight records fill a segment. */
  private static final int VALUE_BYTES = 87;

  private static final int PER_SEGMENT = 8;

  private final CacheStripe stripe = new CacheStripe(SEGMENT_BYTES, 4);

  @Test
  void get_absent() {
    assertThat(stripe.get(key(1), 1)).isNull();
  }

  @Test
  void get_valueTombstoneAndAbsence() {
    Value value = Value.wrap(new byte[] {1, 2}, "text/plain");
    stripe.put(key(1), 1, 5, value);
    stripe.put(key(2), 2, 6, null);
    stripe.put(key(3), 3, 0, null);

    assertThat(stripe.get(key(1), 1)).isEqualTo(new ReadCache.Cached(5, value));
    assertThat(stripe.get(key(2), 2)).isEqualTo(new ReadCache.Cached(6, null));
    assertThat(stripe.get(key(3), 3)).isEqualTo(ReadCache.Cached.ABSENT);
  }

  @Test
  void get_otherKeysOfTheSameHash() {
    for (int i = 0; i < PER_SEGMENT; i++) {
      put(i, 7);
    }
    for (int i = 0; i < PER_SEGMENT; i++) {
      assertThat(stripe.get(key(i), 7)).isEqualTo(new ReadCache.Cached(i + 1, value()));
    }
    assertThat(stripe.get(key(99), 7)).isNull();
  }

  @Test
  void put_tooLargeForgetsTheOldValue() {
    put(1, 1);
    stripe.put(key(1), 1, 9, Value.copyOf(new byte[SEGMENT_BYTES / 2]));

    assertThat(stripe.get(key(1), 1)).isNull();
  }

  @Test
  void put_inNoSegment() {
    CacheStripe none = new CacheStripe(SEGMENT_BYTES, 0);
    none.put(key(1), 1, 1, null);

    assertThat(none.get(key(1), 1)).isNull();
  }

  @Test
  void put_fullDropsTheOldest() {
    for (int i = 0; i < 4 * PER_SEGMENT + 1; i++) {
      put(i, i);
    }
    for (int i = 0; i < 4 * PER_SEGMENT + 1; i++) {
      ReadCache.Cached cached = stripe.get(key(i), i);
      if (i < PER_SEGMENT) {
        assertThat(cached).as("key %d", i).isNull();
      } else {
        assertThat(cached).as("key %d", i).isEqualTo(new ReadCache.Cached(i + 1, value()));
      }
    }
  }

  @Test
  void put_fullKeepsWhatWasRead() {
    for (int i = 0; i < 4 * PER_SEGMENT; i++) {
      put(i, i % 3);
    }
    assertThat(stripe.get(key(2), 2)).isNotNull();
    assertThat(stripe.get(key(6), 0)).isNotNull();
    put(100, 0);

    assertThat(stripe.get(key(2), 2)).isEqualTo(new ReadCache.Cached(3, value()));
    assertThat(stripe.get(key(6), 0)).isEqualTo(new ReadCache.Cached(7, value()));
    assertThat(stripe.get(key(1), 1)).isNull();
    assertThat(stripe.get(key(100), 0)).isEqualTo(new ReadCache.Cached(101, value()));
  }

  /** A cache may forget, but what it says must be what was put last. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomPutsAndGets(int seed) {
    Random random = new Random(seed);
    CacheStripe small = new CacheStripe(1 << (8 + random.nextInt(5)), 2 + random.nextInt(6));
    int keys = 1 + random.nextInt(400);
    int hashes = 1 + random.nextInt(keys);
    Map<Key, ReadCache.Cached> last = new HashMap<>();
    int hits = 0;
    for (int step = 1; step <= 50_000; step++) {
      Key key = key(random.nextInt(keys));
      int hash = Math.floorMod(key.hashCode(), hashes);
      if (random.nextInt(3) == 0) {
        var put = new ReadCache.Cached(step, valueOrNot(random));
        small.put(key, hash, put.revision(), put.value());
        last.put(key, put);
      } else {
        ReadCache.Cached got = small.get(key, hash);
        if (got != null) {
          assertThat(got).as("step %d", step).isEqualTo(last.get(key));
          hits++;
        }
      }
    }
    assertThat(hits).isPositive();
  }

  private static @Nullable Value valueOrNot(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> null;
      case 1 -> Value.wrap(RandomBytes.key(random, 20), "a/" + random.nextInt(1000));
      default -> Value.copyOf(RandomBytes.key(random, 200));
    };
  }

  private void put(int number, int hash) {
    stripe.put(key(number), hash, number + 1, value());
  }

  private static Key key(int number) {
    return Key.of("key-" + (1_000 + number));
  }

  private static Value value() {
    return Value.copyOf(new byte[VALUE_BYTES]);
  }
}
