package io.varve.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Time that passes only by waiting, no chance, and names that count up. For one thread. */
final class ManualSurroundings {
  private final List<Duration> pauses = new ArrayList<>();
  private long nanos;
  private double chance;
  private int names;

  Surroundings surroundings() {
    return new Surroundings(this::sleep, () -> nanos, () -> chance, () -> "name" + ++names);
  }

  private void sleep(Duration pause) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    pauses.add(pause);
    nanos += pause.toNanos();
  }

  void chance(double next) {
    chance = next;
  }

  /** How long it was waited, time for time, in ms. */
  List<Long> pausesMs() {
    return pauses.stream().map(Duration::toMillis).toList();
  }
}
