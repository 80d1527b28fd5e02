package io.varve.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What bulk loads leave, and what proves a store wrong about them. */
final class BulkRegionTest {
  private final WrongAnswers wrong = new WrongAnswers();
  private final BulkRegion region = new BulkRegion("bulk/", wrong);

  private static List<Stored> stored(List<Change> changes) {
    return new ArrayList<>(
        changes.stream()
            .map(each -> new Stored(each.key(), ((Change.Put) each).value(), 1))
            .toList());
  }

  private List<Stored> load() {
    List<Stored> stored = stored(region.next());
    region.acknowledged();
    return stored;
  }

  @Test
  void acknowledgedLoad_isThereAsAWhole() {
    region.check(new Snapshot(0, List.of()));
    region.check(new Snapshot(1, load()));
    assertThat(wrong.first()).isEmpty();
  }

  @Test
  void acknowledgedLoad_lacksAnEntry() {
    List<Stored> stored = load();
    stored.removeLast();
    region.check(new Snapshot(1, stored));
    assertThat(wrong.count()).isOne();
  }

  @Test
  void acknowledgedLoad_holdsAnOldEntry() {
    Stored old = load().getFirst();
    List<Stored> stored = load();
    stored.set(0, old);
    region.check(new Snapshot(2, stored));
    assertThat(wrong.count()).isOne();
  }

  @Test
  void failedLoad_mayBeThereInPart() {
    List<Stored> stored = load();
    List<Stored> next = stored(region.next());
    stored.set(0, next.getFirst());
    region.check(new Snapshot(2, stored));
    assertThat(wrong.count()).as("before it was begun").isOne();
    region.failed();
    region.check(new Snapshot(2, stored));
    assertThat(wrong.count()).as("after it failed").isOne();
  }
}
