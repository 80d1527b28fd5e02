package io.varve.mvcc;

import static io.varve.mvcc.TestCommits.commit;
import static io.varve.mvcc.TestCommits.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.varve.model.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests for commits that bring an overlay generation of their own, and for flushing many. */
final class LargeCommitTest {
  private static final Key A = Key.of("a");
  private static final OverlayLimits LIMITS = new OverlayLimits(1000, 100, 1 << 20);

  private final ReentrantLock commitLock = new ReentrantLock();
  private final Overlay overlay = new Overlay(commitLock, 64 << 20);

  @Test
  void prepare_onlyWhatIsLarge() {
    List<Write> few = List.of(put("a", "1"));
    List<Write> many = IntStream.range(0, 20).mapToObj(i -> put("k" + i, "v")).toList();

    assertThat(PreparedWrites.of(few, List.of(), 20).generation()).isNull();
    PreparedWrites prepared = PreparedWrites.of(many, List.of(), 20);
    assertThat(prepared.generation()).isNotNull();
    assertThat(prepared.writes()).isEqualTo(many);
  }

  @Test
  void insert_isBetweenWhatCameBeforeAndAfter() {
    apply(commit(1, put("a", "1")));
    insert(commit(2, put("a", "2"), put("b", "2")));
    apply(commit(3, put("b", "3")));

    OverlayView view = overlay.view();
    assertThat(view.unflushed()).hasSize(3);
    assertThat(revisionsAt(view, "a")).containsExactly(0L, 1L, 2L, 2L);
    assertThat(revisionsAt(view, "b")).containsExactly(0L, 0L, 2L, 3L);
    assertThat(overlay.newestAbove(A, 1)).isEqualTo(2);
    assertThat(overlay.newestAbove(A, 2)).isZero();
    assertThat(overlay.newestAbove(Key.of("b"), 1)).isEqualTo(3);
    assertThat(view.bytes()).isEqualTo(4 + 4 + 4L * OverlayGeneration.OVERHEAD_BYTES);
    Commit large = overlay.commit(2);
    assertThat(large).isNotNull();
  }

  @Test
  void insert_behindAnActiveGenerationThatIsEmpty() {
    insert(commit(1, put("a", "1")));
    insert(commit(2, put("a", "2")));

    assertThat(overlay.view().unflushed()).hasSize(3);
    assertThat(overlay.view().active().isEmpty()).isTrue();
    assertThat(revisionsAt(overlay.view(), "a")).containsExactly(0L, 1L, 2L);
  }

  @Test
  void insert_revisionThatDoesNotRise() {
    apply(commit(2, put("a", "2")));

    assertThatIllegalStateException().isThrownBy(() -> insert(commit(2, put("a", "2"))));
    assertThatIllegalStateException().isThrownBy(() -> insert(commit(1, put("a", "1"))));
  }

  @Test
  void mayInsert_notWithoutEnd() {
    long revision = 0;
    while (overlay.mayInsert()) {
      insert(commit(++revision, put("a", "v")));
      assertThat(revision).isLessThan(100);
    }
    assertThat(revision).isGreaterThan(4);
  }

  @Test
  void needsFlush_countsOnlyWhatCameSinceTheFreeze() {
    insert(commit(1, put("a", "x".repeat(900))));
    assertThat(overlay.needsFlush(LIMITS)).isTrue();

    overlay.freeze();
    assertThat(overlay.needsFlush(LIMITS)).isFalse();
    apply(commit(2, put("a", "x".repeat(500))));
    assertThat(overlay.needsFlush(LIMITS)).isFalse();
    insert(commit(3, put("a", "x".repeat(500))));
    assertThat(overlay.needsFlush(LIMITS)).isTrue();
  }

  @Test
  void frozen_allInOne() {
    apply(commit(1, put("a", "1"), put("c", "1")));
    insert(commit(2, put("b", "2"), put("a", "2")));
    apply(commit(3, put("a", "3")));
    apply(commit(4, put("a", "4"), put("d", "4")));
    overlay.freeze();

    FrozenGenerations frozen = new FrozenGenerations(overlay.view().frozen());

    List<String> lower = new ArrayList<>();
    List<String> upper = new ArrayList<>();
    frozen.forEachKey(
        (key, nodes) -> lower.add(described(key, nodes)),
        (key, nodes) -> upper.add(described(key, nodes)));
    assertThat(lower).as("a key is in one half").containsExactly("a [4, 3, 2, 1]");
    assertThat(upper).containsExactly("b [2]", "c [1]", "d [4]");
    assertThat(frozen.keyCount()).isEqualTo(4);
    assertThat(frozen.firstRevision()).isEqualTo(1);
    assertThat(frozen.lastRevision()).isEqualTo(4);
    assertThat(frozen.commitCount()).isEqualTo(4);
    assertThat(frozen.versionCount()).isEqualTo(7);
    List<Long> earlier = new ArrayList<>();
    List<Long> later = new ArrayList<>();
    frozen.forEachCommit(
        commit -> earlier.add(commit.revision()), commit -> later.add(commit.revision()));
    assertThat(earlier).containsExactly(1L, 2L);
    assertThat(later).containsExactly(3L, 4L);
    assertThat(frozen.isLarge()).isFalse();
  }

  private static String described(Key key, List<VersionNode> newestFirst) {
    return key + " " + newestFirst.stream().map(node -> node.revision).toList();
  }

  @Test
  void frozen_largeIsShownByTwoThreads() {
    List<Write> writes =
        IntStream.range(0, 30_000).mapToObj(i -> put("k" + (100_000 + i), "v")).toList();
    insert(commit(1, writes.toArray(Write[]::new)));
    insert(commit(2, writes.toArray(Write[]::new)));
    overlay.freeze();

    FrozenGenerations frozen = new FrozenGenerations(overlay.view().frozen());

    assertThat(frozen.isLarge()).isTrue();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    List<Key> lower = new ArrayList<>();
    List<Key> upper = new ArrayList<>();
    frozen.forEachKey((key, _) -> note(key, lower, threads), (key, _) -> note(key, upper, threads));
    assertThat(threads).hasSize(2);
    lower.addAll(upper);
    assertThat(lower).isEqualTo(writes.stream().map(Write::key).toList());
  }

  private static void note(Key key, List<Key> keys, Set<Thread> threads) {
    keys.add(key);
    threads.add(Thread.currentThread());
  }

  private static List<Long> revisionsAt(OverlayView view, String key) {
    List<Long> revisions = new ArrayList<>();
    long newest =
        view.unflushed().stream().mapToLong(OverlayGeneration::lastRevision).max().orElse(0);
    for (long snapshot = 0; snapshot <= newest; snapshot++) {
      VersionNode node = view.find(Key.of(key), snapshot);
      revisions.add(node == null ? 0 : node.revision);
    }
    return revisions;
  }

  private void insert(Commit commit) {
    commitLock.lock();
    try {
      overlay.insert(OverlayGeneration.prepare(commit.writes()), commit);
    } finally {
      commitLock.unlock();
    }
  }

  private void apply(Commit commit) {
    commitLock.lock();
    try {
      overlay.apply(commit);
    } finally {
      commitLock.unlock();
    }
  }
}
