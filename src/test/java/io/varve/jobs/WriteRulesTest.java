package io.varve.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.jobs.WriteRules.Alarm;
import io.varve.jobs.WriteRules.Reading;
import io.varve.jobs.WriteRules.Verdict;
import io.varve.model.ErrorCode;
import io.varve.txn.WriteAdmission.Admitted;
import org.junit.jupiter.api.Test;

/** Tests for {@link WriteRules}. */
final class WriteRulesTest {
  private static final long DISK = 100_000;

  private final WriteRules rules =
      new WriteRules(new AlarmSettings(1_000, 50_000, 10, 20, 100, 200));
  private Verdict verdict = Verdict.GOOD;

  private Verdict judge(Reading reading) {
    verdict = rules.judge(verdict, reading);
    return verdict;
  }

  private Admitted free(long bytes) {
    return judge(new Reading(bytes, DISK, 0, 0, 0, 0)).ruling().admitted();
  }

  @Test
  void disk_alarmsInTwoSteps_andEndsAQuarterAbove() {
    assertThat(free(1_000)).isEqualTo(Admitted.ALL);
    assertThat(free(999)).isEqualTo(Admitted.DELETES);
    assertThat(verdict.alarm()).isEqualTo(Alarm.DISK);
    assertThat(verdict.ruling().refusal().get().code()).isEqualTo(ErrorCode.DISK_FULL);
    assertThat(verdict.ruling().isDiskFull()).as("deletes are let in").isFalse();
    assertThat(free(1_249)).isEqualTo(Admitted.DELETES);
    assertThat(free(1_250)).isEqualTo(Admitted.ALL);
    assertThat(free(1_249)).isEqualTo(Admitted.ALL);

    assertThat(free(499)).isEqualTo(Admitted.NONE);
    assertThat(verdict.ruling().isDiskFull()).isTrue();
    assertThat(free(624)).isEqualTo(Admitted.NONE);
    assertThat(free(625)).isEqualTo(Admitted.DELETES);
    assertThat(free(624)).isEqualTo(Admitted.DELETES);
    assertThat(free(1_250)).isEqualTo(Admitted.ALL);
  }

  @Test
  void disk_countsWhatIsStillToBeWritten() {
    assertThat(judge(new Reading(5_000, DISK, 4_001, 0, 0, 0)).ruling().admitted())
        .isEqualTo(Admitted.DELETES);
    assertThat(judge(new Reading(5_000, DISK, 3_750, 0, 0, 0)).alarm()).isEqualTo(Alarm.NONE);
  }

  @Test
  void reserve_isAtMostAnEighthOfTheDisk() {
    assertThat(rules.reserveBytes(DISK)).isEqualTo(1_000);
    assertThat(rules.reserveBytes(800)).isEqualTo(100);
    assertThat(judge(new Reading(100, 800, 0, 0, 0, 0)).alarm()).isEqualTo(Alarm.NONE);
    assertThat(judge(new Reading(99, 800, 0, 0, 0, 0)).alarm()).isEqualTo(Alarm.DISK);
  }

  @Test
  void quota_letsDeletesIn_andEndsBelow85Percent() {
    assertThat(judge(new Reading(DISK, DISK, 1, 49_998, 0, 0)).alarm()).isEqualTo(Alarm.NONE);
    assertThat(judge(new Reading(DISK, DISK, 1, 49_999, 0, 0)).alarm()).isEqualTo(Alarm.QUOTA);
    assertThat(verdict.ruling().admitted()).isEqualTo(Admitted.DELETES);
    assertThat(verdict.ruling().refusal().get().context()).containsEntry("limit", 50_000L);
    assertThat(judge(new Reading(DISK, DISK, 0, 42_500, 0, 0)).alarm()).isEqualTo(Alarm.QUOTA);
    assertThat(judge(new Reading(DISK, DISK, 0, 42_499, 0, 0)).alarm()).isEqualTo(Alarm.NONE);
  }

  @Test
  void quota_ofZero_isNone() {
    WriteRules free = new WriteRules(new AlarmSettings(1_000, 0, 10, 20, 100, 200));
    assertThat(free.judge(Verdict.GOOD, new Reading(DISK, DISK, 0, DISK, 0, 0)))
        .isEqualTo(Verdict.GOOD);
  }

  @Test
  void engineThatIsBehind_holdsWritersUp_andRefusesThemInTheEnd() {
    assertThat(judge(new Reading(DISK, DISK, 0, 0, 10, 100))).isEqualTo(Verdict.GOOD);
    long some = judge(new Reading(DISK, DISK, 0, 0, 11, 0)).ruling().delayNanos();
    long more = judge(new Reading(DISK, DISK, 0, 0, 11, 190)).ruling().delayNanos();
    assertThat(some).isPositive();
    assertThat(more).isGreaterThan(some);
    assertThat(verdict.alarm()).isEqualTo(Alarm.STALL);
    assertThat(verdict.ruling().admitted()).isEqualTo(Admitted.ALL);
    assertThat(judge(new Reading(DISK, DISK, 0, 0, 20, 0)).ruling().admitted())
        .isEqualTo(Admitted.NONE);
    assertThat(verdict.ruling().refusal().get().code()).isEqualTo(ErrorCode.WRITE_STALL);
    assertThat(verdict.ruling().isDiskFull()).isFalse();
    assertThat(judge(new Reading(DISK, DISK, 0, 0, 0, 200)).ruling().admitted())
        .isEqualTo(Admitted.NONE);
    assertThat(judge(new Reading(DISK, DISK, 0, 0, 0, 0))).isEqualTo(Verdict.GOOD);
  }
}
