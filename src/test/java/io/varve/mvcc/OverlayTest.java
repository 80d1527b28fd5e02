package io.varve.mvcc;

import static io.varve.mvcc.TestCommits.commit;
import static io.varve.mvcc.TestCommits.commitAt;
import static io.varve.mvcc.TestCommits.delete;
import static io.varve.mvcc.TestCommits.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Value;
import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests for {@link Overlay}, {@link OverlayView} and {@link OverlayGeneration}. */
final class OverlayTest {
  private static final Key A = Key.of("a");
  private static final Key B = Key.of("b");
  private static final long MANY_BYTES = 1L << 20;

  private final ReentrantLock commitLock = new ReentrantLock();
  private Overlay overlay = new Overlay(commitLock, MANY_BYTES);

  @Test
  void apply_withoutTheLock() {
    assertThatIllegalStateException().isThrownBy(() -> overlay.apply(commit(1)));
  }

  @Test
  void apply_revisionThatDoesNotRise() {
    OverlayGeneration generation = new OverlayGeneration();
    generation.apply(commit(2));

    assertThatIllegalStateException().isThrownBy(() -> generation.apply(commit(2)));
    assertThatIllegalStateException().isThrownBy(() -> generation.apply(commit(1)));
  }

  @Test
  void apply_countsHeapAndLogBytes() {
    OverlayGeneration generation = new OverlayGeneration();
    assertThat(generation.isEmpty()).isTrue();

    generation.apply(commit(1, put("a", "12345"), delete("bb")));

    long user = 1 + 5 + 2;
    assertThat(generation.bytes()).isEqualTo(user + 2L * OverlayGeneration.OVERHEAD_BYTES);
    assertThat(generation.estimatedLogBytes()).isBetween(user, user + 2L * 50);
    assertThat(generation.versions()).isEqualTo(2);
    assertThat(generation.keyCount()).isEqualTo(2);
    assertThat(generation.lastRevision()).isEqualTo(1);
    assertThat(generation.isEmpty()).isFalse();
  }

  @Test
  void find_atEveryRevision() {
    apply(commit(1, put("a", "1")));
    apply(commit(3, put("a", "3")));
    overlay.freeze();
    apply(commit(5, delete("a")));
    OverlayView view = overlay.view();

    assertThat(view.find(A, 0)).isNull();
    assertThat(valueAt(view, 1)).isEqualTo("1");
    assertThat(valueAt(view, 2)).isEqualTo("1");
    assertThat(valueAt(view, 3)).isEqualTo("3");
    assertThat(valueAt(view, 4)).isEqualTo("3");
    assertThat(valueAt(view, 5)).isNull();
    assertThat(view.holds(A)).isTrue();
    assertThat(view.holds(B)).isFalse();
  }

  @Test
  void freeze_nothingToFreeze() {
    assertThat(overlay.freeze()).isNull();
    assertThat(overlay.view().unflushed()).hasSize(1);
  }

  @Test
  void freeze_returnsTheOldest() {
    apply(commit(1, put("a", "1")));
    OverlayGeneration first = overlay.freeze();
    assertThat(overlay.freeze()).as("the new one is empty").isSameAs(first);
    apply(commit(2, put("a", "2")));

    assertThat(overlay.freeze()).isSameAs(first);
    assertThat(overlay.view().unflushed()).hasSize(3);
    assertThat(overlay.view().oldestCommitMs()).isEqualTo(10);
  }

  @Test
  void drop_notTheOldest() {
    apply(commit(1, put("a", "1")));
    overlay.freeze();
    apply(commit(2, put("a", "2")));
    overlay.freeze();
    OverlayGeneration second = overlay.view().unflushed().get(1);

    assertThatIllegalStateException().isThrownBy(() -> overlay.drop(second, 9));
  }

  @Test
  void drop_nobodyNeedsItForConflicts() {
    apply(commit(1, put("a", "1")));
    drop(1);

    assertThat(overlay.view().unflushed()).hasSize(1);
    assertThat(overlay.view().retired()).isEmpty();
    assertThat(overlay.view().bytes()).isZero();
    assertThat(overlay.conflictFloor()).isEqualTo(1);
  }

  @Test
  void drop_anOpenTransactionIsOlder() {
    apply(commit(1, put("a", "1")));
    apply(commit(2, put("b", "2")));
    drop(1);

    assertThat(overlay.view().find(A, 9)).as("readers look on disk").isNull();
    assertThat(overlay.view().holds(A)).isFalse();
    assertThat(overlay.view().bytes()).isZero();
    assertThat(overlay.conflictFloor()).isZero();
    assertThat(overlay.newestAbove(B, 1)).isEqualTo(2);
    assertThat(overlay.newestAbove(A, 1)).isZero();
    assertThat(overlay.newestIn(KeyRange.ALL, 1)).isEqualTo(new RangeWrite(B, 2));
    assertThat(overlay.commit(2)).isNotNull();
  }

  @Test
  void drop_retiredOnesAreBounded() {
    overlay = new Overlay(commitLock, 2 * OverlayGeneration.OVERHEAD_BYTES + 10);
    apply(commit(1, put("a", "1")));
    drop(0);
    apply(commit(2, put("a", "2")));
    drop(0);
    assertThat(overlay.view().retired()).hasSize(2);
    assertThat(overlay.conflictFloor()).isZero();

    apply(commit(3, put("a", "3")));
    drop(0);

    assertThat(overlay.view().retired()).hasSize(2);
    assertThat(overlay.conflictFloor()).as("older ones are told to run again").isEqualTo(1);
    assertThat(overlay.newestAbove(A, 1)).isEqualTo(3);
  }

  @Test
  void trim_transactionsHaveEnded() {
    apply(commit(1, put("a", "1")));
    drop(0);
    apply(commit(2, put("a", "2")));
    drop(0);
    apply(commit(3, put("a", "3")));

    overlay.trim(0);
    assertThat(overlay.view().retired()).hasSize(2);
    overlay.trim(1);
    assertThat(overlay.view().retired()).hasSize(1);
    assertThat(overlay.conflictFloor()).isEqualTo(1);
    overlay.trim(Long.MAX_VALUE);
    assertThat(overlay.view().retired()).isEmpty();
    assertThat(overlay.conflictFloor()).isEqualTo(2);
    assertThat(overlay.newestAbove(A, 2)).as("what is not flushed stays").isEqualTo(3);
  }

  @Test
  void newestAbove_overAllGenerations() {
    apply(commit(1, put("a", "1")));
    drop(0);
    apply(commit(2, put("b", "2")));
    overlay.freeze();
    apply(commit(3, put("c", "3")));

    assertThat(overlay.newestAbove(A, 0)).isEqualTo(1);
    assertThat(overlay.newestAbove(A, 1)).isZero();
    assertThat(overlay.newestAbove(B, 1)).isEqualTo(2);
    assertThat(overlay.newestAbove(Key.of("c"), 2)).isEqualTo(3);
    assertThat(overlay.newestAbove(Key.of("c"), 3)).isZero();
    assertThat(overlay.newestAbove(Key.of("d"), 0)).isZero();
  }

  @Test
  void newestAbove_ofSeveralWrites() {
    apply(commit(1, put("a", "1")));
    apply(commit(2, put("a", "2")));
    overlay.freeze();
    apply(commit(3, put("a", "3")));

    assertThat(overlay.newestAbove(A, 0)).isEqualTo(3);
    assertThat(overlay.newestAbove(A, 2)).isEqualTo(3);
  }

  @Test
  void newestIn_edges() {
    apply(commit(1, put("b", "1"), put("d", "1")));
    overlay.freeze();
    apply(commit(2, put("x", "2")));

    assertThat(overlay.newestIn(new KeyRange(B, Key.of("c")), 0)).isEqualTo(new RangeWrite(B, 1));
    assertThat(overlay.newestIn(new KeyRange(A, B), 0)).isNull();
    assertThat(overlay.newestIn(new KeyRange(B.successor(), Key.of("d")), 0)).isNull();
    assertThat(overlay.newestIn(KeyRange.ALL, 0)).isEqualTo(new RangeWrite(Key.of("x"), 2));
    assertThat(overlay.newestIn(KeyRange.ALL, 2)).isNull();
    assertThat(overlay.newestIn(new KeyRange(A, Key.of("e")), 1)).isNull();
  }

  /**
   * A check without the lock may run while a commit is applied. It need not see that commit, but it
   * must see everything before it, in older generations too.
   */
  @Test
  void newestAbove_whileTheFirstCommitOfAGenerationIsApplied() {
    apply(commit(1, put("a", "1")));
    overlay.freeze();
    var looked = new int[1];
    var looking = new boolean[1];
    Runnable look =
        () -> {
          if (looking[0]) {
            return; // the check itself looks at the writes
          }
          looking[0] = true;
          looked[0]++;
          assertThat(overlay.newestAbove(A, 0)).isEqualTo(1);
          assertThat(overlay.newestIn(KeyRange.single(A), 0)).isEqualTo(new RangeWrite(A, 1));
          looking[0] = false;
        };

    apply(new Commit(2, 1, 20, null, null, watched(List.of(put("b", "2"), put("c", "2")), look)));

    assertThat(looked[0]).isGreaterThan(3);
    assertThat(overlay.newestAbove(B, 1)).isEqualTo(2);
  }

  private static List<Write> watched(List<Write> writes, Runnable onAccess) {
    return new AbstractList<>() {
      @Override
      public Write get(int index) {
        onAccess.run();
        return writes.get(index);
      }

      @Override
      public int size() {
        onAccess.run();
        return writes.size();
      }
    };
  }

  @Test
  void commit_byItsRevision() {
    apply(commit(1, put("a", "1")));
    drop(0);
    apply(commit(4, put("a", "4")));
    overlay.freeze();
    apply(commit(7, put("a", "7")));

    for (long revision : new long[] {1, 4, 7}) {
      Commit found = overlay.commit(revision);
      assertThat(found == null ? 0 : found.revision()).isEqualTo(revision);
    }
    assertThat(overlay.commit(0)).isNull();
    assertThat(overlay.commit(5)).isNull();
    assertThat(overlay.commit(8)).isNull();
  }

  @Test
  void lastCommitAt_edges() {
    OverlayGeneration generation = new OverlayGeneration();
    assertThat(generation.lastCommitAt(99)).isNull();
    generation.apply(commitAt(1, 10));
    generation.apply(commitAt(2, 10));
    generation.apply(commitAt(3, 20));

    assertThat(generation.lastCommitAt(9)).isNull();
    assertThat(revisionOf(generation.lastCommitAt(10))).isEqualTo(2);
    assertThat(revisionOf(generation.lastCommitAt(19))).isEqualTo(2);
    assertThat(revisionOf(generation.lastCommitAt(20))).isEqualTo(3);
    assertThat(revisionOf(generation.lastCommitAt(Long.MAX_VALUE))).isEqualTo(3);
  }

  private static long revisionOf(@Nullable Commit commit) {
    return commit == null ? 0 : commit.revision();
  }

  private void apply(Commit commit) {
    commitLock.lock();
    try {
      overlay.apply(commit);
    } finally {
      commitLock.unlock();
    }
  }

  /** As a flush does it. */
  private void drop(long oldestSnapshot) {
    OverlayGeneration oldest = overlay.freeze();
    if (oldest != null) {
      overlay.drop(oldest, oldestSnapshot);
    }
  }

  private static @Nullable String valueAt(OverlayView view, long snapshot) {
    VersionNode node = view.find(A, snapshot);
    Value value = node == null ? null : node.value;
    return value == null ? null : value.utf8();
  }
}
