package io.varve;

/**
 * How many threads of the operating system carry virtual threads.
 *
 * <p>The JDK takes one for each processor, so two native calls that hang, or two computations that
 * never wait, hold up everything on two processors. With more carriers than processors the
 * operating system shares the processors out among them. Long work has pools of its own beside; see
 * docs/adr/0010.
 */
final class Carriers {
  static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";

  private static final int PER_PROCESSOR = 4;
  private static final int FEWEST = 16;

  private Carriers() {}

  /** To be called before the first virtual thread. What the operator has set stays. */
  static void setUp(int processors) {
    if (System.getProperty(PARALLELISM) == null) {
      System.setProperty(
          PARALLELISM, Integer.toString(Math.max(FEWEST, PER_PROCESSOR * processors)));
    }
  }
}
