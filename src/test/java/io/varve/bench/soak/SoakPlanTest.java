package io.varve.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a run takes and how often what happens in it. */
final class SoakPlanTest {
  @Test
  void durations() {
    assertThat(SoakDuration.parse("60s")).isEqualTo(Duration.ofMinutes(1));
    assertThat(SoakDuration.parse("10m")).isEqualTo(Duration.ofMinutes(10));
    assertThat(SoakDuration.parse("24h")).isEqualTo(SoakDuration.parse("1d"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "60", "0s", "-5m", "1.5h", "24 h", "24H", "99999999h"})
  void otherTexts_areNoDurations(String text) {
    assertThatThrownBy(() -> SoakDuration.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("60s, 10m or 24h");
  }

  @Test
  void aDay_isSampledEveryMinuteAndRestartedEveryHour() {
    SoakPlan plan = SoakPlan.of(Duration.ofHours(24));
    assertThat(plan.sampling()).isEqualTo(Duration.ofMinutes(1));
    assertThat(plan.restart()).isEqualTo(Duration.ofHours(1));
    assertThat(plan.keepAge()).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void aMinute_seesEverythingSeveralTimes() {
    SoakPlan plan = SoakPlan.of(Duration.ofMinutes(1));
    assertThat(plan.sampling()).isEqualTo(Duration.ofSeconds(1));
    assertThat(plan.flush()).isEqualTo(Duration.ofSeconds(2));
    assertThat(plan.checkpoint()).isEqualTo(Duration.ofSeconds(6));
    assertThat(plan.restart()).isEqualTo(Duration.ofSeconds(15));
  }
}
