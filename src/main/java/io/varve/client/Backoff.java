package io.varve.client;

import java.time.Duration;

/** The pauses of one thing that is tried several times. For one thread. */
final class Backoff {
  private static final int MAX_DOUBLINGS = 30;

  private final RetryPolicy policy;
  private final Surroundings surroundings;
  private final long startNanos;
  private int attempts = 1;

  /** Begins with the first try. */
  Backoff(RetryPolicy policy, Surroundings surroundings) {
    this.policy = policy;
    this.surroundings = surroundings;
    this.startNanos = surroundings.nanoTime().getAsLong();
  }

  /** Which try this is, from 1. */
  int attempt() {
    return attempts;
  }

  /**
   * Waits until the next try is due, which is not before {@code atLeast}.
   *
   * @return whether there is one: false, at once, if the policy allows no more, or the thread is
   *     interrupted
   */
  boolean pause(Duration atLeast) {
    Duration pause = nextPause();
    if (pause.compareTo(atLeast) < 0) {
      pause = atLeast;
    }
    if (attempts >= policy.attempts() || pause.compareTo(timeLeft()) > 0) {
      return false;
    }
    attempts++;
    try {
      surroundings.sleeper().sleep(pause);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private Duration nextPause() {
    Duration whole = policy.firstPause().multipliedBy(1L << Math.min(attempts - 1, MAX_DOUBLINGS));
    if (whole.compareTo(policy.longestPause()) > 0) {
      whole = policy.longestPause();
    }
    double part = 1 - surroundings.chance().getAsDouble() / 2;
    return Duration.ofNanos(Math.round(whole.toNanos() * part));
  }

  private Duration timeLeft() {
    long usedNanos = surroundings.nanoTime().getAsLong() - startNanos;
    return policy.totalTime().minusNanos(usedNanos);
  }
}
