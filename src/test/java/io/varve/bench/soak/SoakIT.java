package io.varve.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.storage.rocksdb.NoLeaks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A minute of the soak test. What takes hours to show, such as the trend of memory, is not judged:
 * the machine of a build does other things as well.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
final class SoakIT {
  private static final Duration DURATION = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void aMinuteOfEverything_givesNoWrongAnswer() throws Exception {
    SoakPlan plan = SoakPlan.of(DURATION);
    SoakSettings settings =
        new SoakSettings(DURATION, plan, 4, 10_000, 1, "soak/", SoakLimits.ONLY_CORRECTNESS);
    SoakOutput output = SoakOutput.in(directory.resolve("report"));
    SoakResult result;
    try (SoakTarget target =
        EmbeddedTarget.open(directory.resolve("store"), Durability.SYNC_ON_COMMIT, plan)) {
      result = SoakRun.run(settings, target, _ -> {}, output.csv());
    }
    assertThat(result.wrongDetails()).isEmpty();
    assertThat(result.errorDetails()).isEmpty();
    assertThat(result.isPassed()).as("%s", result.findings()).isTrue();
    assertThat(result.kinds())
        .as("work")
        .allSatisfy((_, done) -> assertThat(done.count()).isPositive());
    assertThat(result.conflicts()).as("conflicts").isPositive();
    assertThat(result.restarts()).as("restarts").isGreaterThan(1);
    assertThat(result.upkeep().flushes()).as("flushes").isPositive();
    assertThat(result.upkeep().prunedVersions()).as("pruned versions").isPositive();
    assertThat(output.write(result, Map.of())).content().startsWith("# Soak test: PASS");
  }
}
