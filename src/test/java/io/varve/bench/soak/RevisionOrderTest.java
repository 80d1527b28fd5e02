package io.varve.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a worker may be shown, and what proves a store wrong. */
final class RevisionOrderTest {
  private static final Span SPAN = Span.below("k/");

  private final WrongAnswers wrong = new WrongAnswers();
  private final RecentRevisions recent = new RecentRevisions(wrong);
  private final RevisionOrder order = new RevisionOrder(wrong, recent);

  @Test
  void risingRevisions_areRight() {
    order.acknowledged(5);
    order.readNewest(5);
    order.found(new Stored("k/1", "a", 3));
    order.found(new Stored("k/1", "b", 7));
    order.found(new Stored("k/1", "b", 7));
    order.wrote("k/1", "c", 9);
    order.acknowledged(9);
    order.foundAll(
        SPAN, new Snapshot(9, List.of(new Stored("k/1", "c", 9), new Stored("k/2", "x", 1))));
    assertThat(wrong.first()).isEmpty();
  }

  @Test
  void acknowledgedRevision_notAboveWhatWasSeen() {
    order.readNewest(10);
    order.acknowledged(10);
    assertThat(wrong.first()).singleElement().asString().startsWith("acknowledged revision");
  }

  @Test
  void revisionGivenOutTwice_toTwoWorkers() {
    RevisionOrder other = new RevisionOrder(wrong, recent);
    order.acknowledged(10);
    other.acknowledged(10);
    assertThat(wrong.first()).singleElement().asString().startsWith("revision given out twice");
  }

  @Test
  void staleRead_ofASnapshot() {
    order.acknowledged(10);
    order.readNewest(9);
    assertThat(wrong.first()).singleElement().asString().startsWith("stale read");
  }

  @Test
  void staleRead_ofAKeyThatThisWorkerWrote() {
    order.wrote("k/1", "new", 10);
    order.found(new Stored("k/1", "old", 4));
    assertThat(wrong.first()).singleElement().asString().startsWith("revision of a key went back");
  }

  @Test
  void deletedKey_withItsOldVersion() {
    order.deleted("k/1", 10);
    order.found(new Stored("k/1", "old", 4));
    assertThat(wrong.first()).singleElement().asString().startsWith("revision of a key went back");
  }

  @Test
  void revisionRepeated_withAnotherValue() {
    order.found(new Stored("k/1", "a", 4));
    order.found(new Stored("k/1", "b", 4));
    assertThat(wrong.first()).singleElement().asString().startsWith("a version changed");
  }

  @Test
  void tornSnapshot_holdsWhatIsNewerThanItself() {
    order.checkShape(SPAN, new Snapshot(5, List.of(new Stored("k/1", "a", 6))));
    assertThat(wrong.first()).singleElement().asString().startsWith("snapshot torn");
  }

  @Test
  void scan_outOfOrderOrBounds() {
    Stored one = new Stored("k/1", "a", 1);
    order.checkShape(SPAN, new Snapshot(5, List.of(one, one)));
    order.checkShape(SPAN, new Snapshot(5, List.of(new Stored("l", "a", 1))));
    assertThat(wrong.first()).hasSize(2).allMatch(each -> each.startsWith("scan out of order"));
  }
}
