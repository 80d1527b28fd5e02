package io.varve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BackoffTest {
  private static final Duration NO_LESS = Duration.ZERO;

  private final ManualSurroundings time = new ManualSurroundings();

  private Backoff backoff(int attempts, long totalMs) {
    RetryPolicy policy =
        new RetryPolicy(
            attempts, Duration.ofMillis(100), Duration.ofMillis(500), Duration.ofMillis(totalMs));
    return new Backoff(policy, time.surroundings());
  }

  @Test
  void pauses_doubleUpToTheLongest() {
    Backoff backoff = backoff(6, 10_000);
    while (backoff.pause(NO_LESS)) {
      assertThat(backoff.attempt()).isLessThanOrEqualTo(6);
    }
    assertThat(time.pausesMs()).containsExactly(100L, 200L, 400L, 500L, 500L);
    assertThat(backoff.attempt()).isEqualTo(6);
  }

  @Test
  void chance_leavesOutUpToHalf() {
    Backoff backoff = backoff(6, 10_000);
    time.chance(0.5);
    assertThat(backoff.pause(NO_LESS)).isTrue();
    time.chance(1);
    assertThat(backoff.pause(NO_LESS)).isTrue();
    assertThat(time.pausesMs()).containsExactly(75L, 100L);
  }

  @Test
  void totalTime_endsTheTries() {
    Backoff backoff = backoff(100, 699);
    assertThat(backoff.pause(NO_LESS)).isTrue();
    assertThat(backoff.pause(NO_LESS)).isTrue();
    assertThat(backoff.pause(NO_LESS)).isFalse();
    assertThat(time.pausesMs()).containsExactly(100L, 200L);
  }

  @Test
  void whatTheServerAsksFor_isTheLeast() {
    Backoff backoff = backoff(100, 6_000);
    assertThat(backoff.pause(Duration.ofSeconds(5))).isTrue();
    assertThat(backoff.pause(Duration.ofSeconds(5))).isFalse();
    assertThat(time.pausesMs()).containsExactly(5_000L);
  }

  @Test
  void manyTries_doNotOverflow() {
    Backoff backoff = backoff(100, Long.MAX_VALUE / 2_000_000);
    while (backoff.pause(NO_LESS)) {
      assertThat(time.pausesMs().getLast()).isBetween(100L, 500L);
    }
    assertThat(time.pausesMs()).hasSize(99);
  }

  @Test
  void interruption_endsTheTries() {
    Backoff backoff = backoff(6, 10_000);
    Thread.currentThread().interrupt();
    assertThat(backoff.pause(NO_LESS)).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void policy_refusesWhatMakesNoSense() {
    assertThatThrownBy(() -> new RetryPolicy(0, Duration.ZERO, Duration.ZERO, Duration.ZERO))
        .hasMessageContaining("attempts");
    assertThatThrownBy(
            () -> new RetryPolicy(1, Duration.ofMillis(2), Duration.ofMillis(1), Duration.ZERO))
        .hasMessageContaining("longestPause");
    assertThatThrownBy(
            () -> new RetryPolicy(1, Duration.ofMillis(-2), Duration.ZERO, Duration.ZERO))
        .hasMessageContaining("firstPause");
  }
}
