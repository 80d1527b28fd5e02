package io.varve.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Revision;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests for {@link RoomPace}. */
final class RoomPaceTest {
  private final RoomPace pace = new RoomPace();
  private long seconds = 1_000;

  private static Revision rev(long revision) {
    return new Revision(revision);
  }

  private boolean isDueAfter(long moreSeconds, long visible) {
    seconds += moreSeconds;
    return pace.isDue(rev(visible), Duration.ofSeconds(seconds).toNanos());
  }

  @Test
  void withoutCommits_eachPauseIsTwiceTheOneBefore_upToAMinute() {
    pace.begin(rev(5), Duration.ofSeconds(seconds).toNanos());
    for (long pause : new long[] {2, 4, 8, 16, 32, 60, 60, 60}) {
      assertThat(isDueAfter(pause - 1, 5)).as("before %s s", pause).isFalse();
      assertThat(isDueAfter(1, 5)).as("after %s s", pause).isTrue();
    }
  }

  @Test
  void commit_isFollowedSoon_butNotAtOnce() {
    pace.begin(rev(5), Duration.ofSeconds(seconds).toNanos());
    assertThat(isDueAfter(1, 6)).isFalse();
    assertThat(isDueAfter(1, 6)).isTrue();
    assertThat(isDueAfter(4, 6)).isTrue();
    assertThat(isDueAfter(3, 7)).as("a commit makes the pause short again").isTrue();
    assertThat(isDueAfter(1, 8)).as("but never shorter than two seconds").isFalse();
  }

  @Test
  void newAlarm_beginsAnew() {
    pace.begin(rev(5), Duration.ofSeconds(seconds).toNanos());
    assertThat(isDueAfter(60, 5)).isTrue();
    pace.begin(rev(5), Duration.ofSeconds(seconds).toNanos());
    assertThat(isDueAfter(2, 5)).isTrue();
  }
}
