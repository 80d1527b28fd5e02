package io.varve.bench;

import java.io.IOException;

/**
 * Stops processes and continues them, with the signals that are there for it. Where that is not
 * possible it says so once, and everybody runs all the time.
 */
final class Freezer {
  private boolean works;

  private Freezer(boolean works) {
    this.works = works;
  }

  /** For workers that take turns. */
  static Freezer takingTurns() {
    return new Freezer(true);
  }

  /** For a worker that is alone: it never stops. */
  static Freezer none() {
    return new Freezer(false);
  }

  /** Whether processes were frozen so far. */
  boolean works() {
    return works;
  }

  void freeze(long pid) {
    signal("-STOP", pid);
  }

  void thaw(long pid) {
    signal("-CONT", pid);
  }

  private void signal(String signal, long pid) {
    if (!works) {
      return;
    }
    try {
      Process kill =
          new ProcessBuilder("kill", signal, Long.toString(pid))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      // A process that has ended cannot be continued, which whoever asks it notices.
      works = kill.waitFor() == 0 || !signal.equals("-STOP");
    } catch (IOException e) {
      works = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!works) {
      System.err.println(
          "Workers cannot be frozen here: what a store does in the background costs the others.");
    }
  }
}
