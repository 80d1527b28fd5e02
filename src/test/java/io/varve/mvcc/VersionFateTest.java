package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link VersionFate}. */
final class VersionFateTest {
  private static final int CASES = 20_000;

  /** Columns: revisions newest first, tombstone, keepVersions, cutoff, snapshots; then outcome. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // nothing is superseded
        "9,          false, 1, 99, -,     .,    0, false",
        // superseded, but not old enough: its successor is above the cutoff
        "9 5,        false, 1, 8,  -,     ..,   0, false",
        // at the cutoff it is old enough
        "9 5,        false, 1, 9,  -,     .x,   9, false",
        // keepVersions counts from the newest
        "9 7 5 3,    false, 2, 99, -,     ..xx, 7, false",
        "9 7 5 3,    false, 4, 99, -,     ...., 0, false",
        // both rules must say so
        "9 7 5 3,    false, 2, 6,  -,     ...x, 5, false",
        // a snapshot at the first or last revision where a version is visible holds it
        "9 5,        false, 1, 99, 5,     ..,   0, true",
        "9 5,        false, 1, 99, 8,     ..,   0, true",
        "9 5,        false, 1, 99, 4,     .x,   9, false",
        "9 5,        false, 1, 99, 9,     .x,   9, false",
        "9 7 5 3,    false, 1, 99, 6 6,   .x.x, 9, true",
        // a newest tombstone goes with everything under it, whatever keepVersions is
        "9,          true,  5, 99, -,     x,    0, false",
        "9 5 3,      true,  5, 99, -,     xxx,  9, false",
        "9 5 3,      true,  5, 9,  -,     xxx,  9, false",
        // not old enough
        "9 5 3,      true,  5, 8,  -,     ...,  0, false",
        "9 5 3,      true,  1, 8,  -,     ..x,  5, false",
        // a snapshot that needs something under it keeps the tombstone too
        "9 5 3,      true,  5, 99, 5,     ..x,  5, true",
        "9 5 3,      true,  5, 99, 4,     .x.,  9, true",
        // a snapshot that reads the tombstone sees nothing without it either
        "9 5 3,      true,  5, 99, 9,     xxx,  9, false",
        "9 5 3,      true,  5, 99, 2 12,  xxx,  9, false",
        // revision 0 is the empty store and holds nothing
        "9 5,        false, 1, 99, 0,     .x,   9, false"
      })
  void judge_table(
      String revisions,
      boolean tombstone,
      int keepVersions,
      long cutoff,
      @Nullable String snapshots,
      String drops,
      long floor,
      boolean deferred) {
    VersionFate fate = new VersionFate(keepVersions, cutoff, longs(snapshots));

    VersionFate.Verdict verdict = fate.judge(longs(revisions), tombstone);

    assertThat(marks(verdict.drops())).isEqualTo(drops);
    assertThat(verdict.dropped()).isEqualTo((int) drops.chars().filter(c -> c == 'x').count());
    assertThat(verdict.floor()).isEqualTo(floor);
    assertThat(verdict.deferred()).isEqualTo(deferred);
  }

  @Test
  void new_snapshotsChangedAfterwards() {
    long[] snapshots = {5};
    VersionFate fate = new VersionFate(1, 99, snapshots);
    snapshots[0] = 1;

    assertThat(fate.judge(new long[] {9, 5}, false).dropped()).isZero();
  }

  /**
   * Whatever goes, every snapshot in use and every revision from the floor on reads the same as
   * before; the rules are kept; and nothing stays that could go.
   */
  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void judge_readsStayExact(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < CASES; i++) {
      Case.random(random).check();
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Case(
      long[] revisions,
      boolean[] tombstones,
      boolean isNewest,
      int keepVersions,
      long cutoff,
      long[] snapshots) {
    private static final int MAX_REVISION = 24;

    static Case random(Random random) {
      var chosen = new TreeSet<Long>();
      for (int n = 1 + random.nextInt(7); n > 0; n--) {
        chosen.add(1L + random.nextInt(MAX_REVISION));
      }
      long[] revisions = chosen.descendingSet().stream().mapToLong(Long::longValue).toArray();
      boolean[] tombstones = new boolean[revisions.length];
      for (int i = 0; i < tombstones.length; i++) {
        tombstones[i] = random.nextInt(3) == 0;
      }
      long[] snapshots =
          LongStream.generate(() -> random.nextInt(MAX_REVISION + 4))
              .limit(random.nextInt(4))
              .sorted()
              .toArray();
      return new Case(
          revisions,
          tombstones,
          random.nextInt(4) != 0,
          1 + random.nextInt(4),
          random.nextInt(MAX_REVISION + 4),
          snapshots);
    }

    void check() {
      VersionFate.Verdict verdict = judge(snapshots);
      VersionFate.Verdict free = judge(new long[0]);
      for (long at = 0; at <= MAX_REVISION + 4; at++) {
        if (at >= verdict.floor() || Arrays.binarySearch(snapshots, at) >= 0) {
          assertThat(read(at, verdict.drops())).as("read at %d, %s", at, this).isEqualTo(read(at));
        }
      }
      int dropped = 0;
      boolean held = false;
      for (int i = 0; i < revisions.length; i++) {
        boolean drops = verdict.drops()[i];
        dropped += drops ? 1 : 0;
        held |= i > 0 && free.drops()[i] && !drops;
        assertThat(!drops || free.drops()[i]).as("a snapshot only holds back, %s", this).isTrue();
        if (i > 0) {
          assertThat(free.drops()[i]).as("version %d, %s", i, this).isEqualTo(mayGo(i));
          assertThat(drops).as("version %d, %s", i, this).isEqualTo(mayGo(i) && !isInUse(i));
        }
      }
      assertThat(verdict.dropped()).isEqualTo(dropped);
      assertThat(verdict.deferred()).as("deferred, %s", this).isEqualTo(held);
      assertThat(verdict.floor()).isLessThanOrEqualTo(Math.max(0, Math.min(cutoff, revisions[0])));
      assertThat(verdict.drops()[0])
          .as("the tombstone, %s", this)
          .isEqualTo(isBuried() && dropped == revisions.length);
    }

    private VersionFate.Verdict judge(long[] inUse) {
      return new VersionFate(keepVersions, cutoff, inUse)
          .judge(revisions, isNewest && tombstones[0]);
    }

    private boolean isBuried() {
      return isNewest && tombstones[0] && revisions[0] <= cutoff;
    }

    private boolean mayGo(int version) {
      return revisions[version - 1] <= cutoff && (version >= keepVersions || isBuried());
    }

    private boolean isInUse(int version) {
      return LongStream.of(snapshots)
          .anyMatch(s -> s >= revisions[version] && s < revisions[version - 1]);
    }

    private long read(long at) {
      return read(at, new boolean[revisions.length]);
    }

    /** The revision of the value that is read, or 0 where there is none. */
    private long read(long at, boolean[] drops) {
      for (int i = 0; i < revisions.length; i++) {
        if (revisions[i] <= at && !drops[i]) {
          return tombstones[i] ? 0 : revisions[i];
        }
      }
      return 0;
    }

    @Override
    public String toString() {
      return "revisions "
          + Arrays.toString(revisions)
          + ", tombstones "
          + Arrays.toString(tombstones)
          + (isNewest ? ", newest" : ", not newest")
          + ", keepVersions "
          + keepVersions
          + ", cutoff "
          + cutoff
          + ", snapshots "
          + Arrays.toString(snapshots);
    }
  }

  private static long[] longs(@Nullable String text) {
    return text == null
        ? new long[0]
        : Arrays.stream(text.split(" ", -1)).mapToLong(Long::parseLong).toArray();
  }

  private static String marks(boolean[] drops) {
    StringBuilder marks = new StringBuilder();
    for (boolean drop : drops) {
      marks.append(drop ? 'x' : '.');
    }
    return marks.toString();
  }
}
