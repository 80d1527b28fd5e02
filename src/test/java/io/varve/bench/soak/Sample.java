package io.varve.bench.soak;

/**
 * What was measured over one interval.
 *
 * @param elapsedSeconds since the start, at its end
 * @param seconds how long it was
 * @param operations that were done
 * @param conflicts transactions that met others
 * @param errors calls that failed and must not
 * @param wrongAnswers that were proven
 * @param latency of all calls but bulk loads
 * @param figures of the process, at its end
 */
record Sample(
    double elapsedSeconds,
    double seconds,
    long operations,
    long conflicts,
    long errors,
    long wrongAnswers,
    Latency latency,
    Figures figures) {
  double perSecond() {
    return operations / seconds;
  }
}
