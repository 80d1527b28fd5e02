package io.varve.mvcc;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.NullMarked;

/** A clock that moves when the test says so. Thread-safe. */
@NullMarked
public final class ManualClock implements InstantSource {
  private volatile long ms;

  /** A clock that stands at {@code ms} since 1970. */
  public ManualClock(long ms) {
    this.ms = ms;
  }

  /** Moves it. */
  public void set(long newMs) {
    ms = newMs;
  }

  /** Moves it on, or back. */
  public synchronized void advance(Duration by) {
    ms = ms + by.toMillis();
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(ms);
  }
}
