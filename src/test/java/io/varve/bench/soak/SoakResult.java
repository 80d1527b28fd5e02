package io.varve.bench.soak;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a run has shown.
 *
 * @param target what was tested
 * @param settings of the run
 * @param samples in order
 * @param kinds how often each kind of work was done, and how long it took
 * @param conflicts transactions that met others and were, or could be, run again
 * @param refusals calls that a store did not take while it was restarted
 * @param errors by code
 * @param errorDetails the first of them
 * @param wrongAnswers how many were proven
 * @param wrongDetails the first of them
 * @param restarts of the store under load
 * @param upkeep what the store did beside
 * @param checkpoints what became of them; null where the target can make none
 * @param findings the verdict
 */
record SoakResult(
    String target,
    SoakSettings settings,
    List<Sample> samples,
    Map<Kind, Latency> kinds,
    long conflicts,
    long refusals,
    SortedMap<String, Long> errors,
    List<String> errorDetails,
    long wrongAnswers,
    List<String> wrongDetails,
    long restarts,
    UpkeepCounts upkeep,
    @Nullable CheckpointCounts checkpoints,
    List<Finding> findings) {
  boolean isPassed() {
    return SoakVerdict.isPassed(findings);
  }
}
