package io.varve.txn;

import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until a test moves it, forwards or backwards. Thread-safe. */
final class SimulationClock implements InstantSource {
  private volatile long millis = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();
  private volatile long latestMillis = millis;
  private volatile long nanos;

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis);
  }

  @Override
  public long millis() {
    return millis;
  }

  /** The latest time it has ever shown. */
  long latestMillis() {
    return latestMillis;
  }

  /** What stands for {@code System.nanoTime()}. */
  long nanoTime() {
    return nanos;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread moves it
  void move(long byMillis) {
    millis += byMillis;
    latestMillis = Math.max(latestMillis, millis);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread moves it
  void moveNanos(long byNanos) {
    nanos += byNanos;
  }
}
