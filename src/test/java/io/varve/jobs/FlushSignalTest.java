package io.varve.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests for {@link FlushSignal}. */
final class FlushSignalTest {
  private final FlushSignal signal = new FlushSignal();
  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void flushNeeded_connected_calls() {
    signal.connect(calls::incrementAndGet);
    assertThat(calls).hasValue(0);
    signal.flushNeeded();
    assertThat(calls).hasValue(1);
  }

  @Test
  void flushNeeded_beforeConnection_isKept() {
    signal.flushNeeded();
    signal.flushNeeded();
    signal.connect(calls::incrementAndGet);
    assertThat(calls).hasValue(1);
  }
}
