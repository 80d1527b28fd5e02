package io.varve.bench;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A figure over several rounds. */
record Spread(double median, double min, double max) {

  /** The spread of a figure, or null if the rounds do not have it. */
  static @Nullable Spread of(List<Round> rounds, Function<Round, @Nullable Double> figure) {
    double[] sorted =
        rounds.stream()
            .map(figure)
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    if (sorted.length == 0) {
      return null;
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }
}
