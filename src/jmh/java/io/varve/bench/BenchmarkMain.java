package io.varve.bench;

import java.util.Arrays;

/** {@code compare [workload …] [--seconds N] [--rounds N]}, or the arguments of JMH. */
final class BenchmarkMain {
  private BenchmarkMain() {}

  public static void main(String[] args) throws Exception {
    if (args.length > 0 && args[0].equals("compare")) {
      Compare.run(Arrays.copyOfRange(args, 1, args.length));
    } else {
      org.openjdk.jmh.Main.main(args);
    }
  }
}
