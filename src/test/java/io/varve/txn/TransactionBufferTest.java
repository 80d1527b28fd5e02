package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Value;
import io.varve.mvcc.Write;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link TransactionBuffer}. */
final class TransactionBufferTest {
  private static final TransactionLimits LIMITS =
      new TransactionLimits(64, 64, 1_000_000, 1L << 20, 1);

  private final TransactionBuffer buffer = new TransactionBuffer(LIMITS, true);

  /** Against a model that copies everything before each step. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void undo_leavesWhatWasBefore(long seed) {
    Random random = new Random(seed);
    TreeMap<Key, Optional<Value>> model = new TreeMap<>();
    for (int step = 0; step < 300; step++) {
      TreeMap<Key, Optional<Value>> before = new TreeMap<>(model);
      buffer.begin();
      for (int i = random.nextInt(6); i > 0; i--) {
        Key key = Key.of("k" + random.nextInt(12));
        Optional<Value> value =
            random.nextInt(3) == 0
                ? Optional.empty()
                : Optional.of(Value.of("v".repeat(random.nextInt(9))));
        buffer.write(key, value.orElse(null));
        model.put(key, value);
      }
      if (random.nextInt(3) == 0) {
        buffer.undo();
        model = before;
      }
      buffer.end();
      boolean scans = random.nextInt(4) == 0; // keeps the order of the keys from then on
      assertHolds(model, scans);
    }
    assertHolds(model, true);
  }

  private void assertHolds(Map<Key, Optional<Value>> model, boolean scans) {
    long bytes = 0;
    for (var entry : model.entrySet()) {
      Write write = buffer.written(entry.getKey());
      assertThat(write).isNotNull();
      assertThat(Optional.ofNullable(write.value())).isEqualTo(entry.getValue());
      bytes += write.bytes();
    }
    assertThat(buffer.keysWritten()).isEqualTo(model.keySet());
    assertThat(buffer.heapBytes() - 150L * model.size()).isEqualTo(bytes);
    if (scans) {
      assertThat(buffer.writtenIn(KeyRange.ALL).keySet()).isEqualTo(model.keySet());
    }
  }

  @Test
  void begin_inAStep_isABug() {
    buffer.begin();
    assertThatIllegalStateException().isThrownBy(buffer::begin);
    buffer.end();
    assertThatIllegalStateException().isThrownBy(buffer::undo);
  }
}
