package io.varve.client;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Time and chance, as the client sees them; a test brings its own.
 *
 * @param sleeper how to wait
 * @param nanoTime a clock for measuring
 * @param chance a number from 0 to before 1
 * @param names makes names that nobody has used before
 */
record Surroundings(
    Sleeper sleeper, LongSupplier nanoTime, DoubleSupplier chance, Supplier<String> names) {
  /** How to wait. */
  interface Sleeper {
    void sleep(Duration pause) throws InterruptedException;
  }

  static Surroundings real() {
    return new Surroundings(
        Thread::sleep,
        System::nanoTime,
        () -> ThreadLocalRandom.current().nextDouble(),
        () -> UUID.randomUUID().toString());
  }
}
