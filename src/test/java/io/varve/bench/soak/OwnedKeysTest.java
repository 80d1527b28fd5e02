package io.varve.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a worker knows of its own keys, and what proves a store wrong about them. */
final class OwnedKeysTest {
  private static final int ALL = 8;

  private final WrongAnswers wrong = new WrongAnswers();
  private final OwnedKeys keys = new OwnedKeys(List.of("a", "b"), wrong);

  private void put(String key, String value, long revision) {
    keys.acknowledged(List.of(new Change.Put(key, value)), revision, 0);
  }

  private void delete(String key, long revision) {
    keys.acknowledged(List.of(new Change.Delete(key)), revision, 0);
  }

  @Test
  void whatWasWritten_isRight() {
    keys.check("a", null, 0);
    put("a", "1", 3);
    keys.check("a", new Stored("a", "1", 3), 0);
    keys.checkAll(List.of(new Stored("a", "1", 3)), 0);
    delete("a", 4);
    keys.check("a", null, 0);
    keys.checkAll(List.of(), 0);
    assertThat(wrong.first()).isEmpty();
  }

  @Test
  void lostWrite() {
    put("a", "1", 3);
    keys.check("a", null, 0);
    assertThat(wrong.first()).singleElement().asString().startsWith("own write not read");
  }

  @Test
  void staleRead() {
    put("a", "1", 3);
    put("a", "2", 5);
    keys.check("a", new Stored("a", "1", 3), 0);
    assertThat(wrong.count()).isOne();
  }

  @Test
  void rightValue_underAnotherRevision() {
    put("a", "1", 3);
    keys.check("a", new Stored("a", "1", 4), 0);
    assertThat(wrong.count()).isOne();
  }

  @Test
  void deletedKey_isBack() {
    put("a", "1", 3);
    delete("a", 4);
    keys.check("a", new Stored("a", "1", 3), 0);
    assertThat(wrong.count()).isOne();
  }

  @Test
  void scan_lacksAKey() {
    put("a", "1", 3);
    put("b", "2", 4);
    keys.checkAll(List.of(new Stored("b", "2", 4)), 0);
    assertThat(wrong.first()).singleElement().asString().contains("a should be 1 at 3");
  }

  @Test
  void scan_holdsAKeyTwice() {
    put("a", "1", 3);
    keys.checkAll(List.of(new Stored("a", "1", 3), new Stored("a", "1", 3)), 0);
    assertThat(wrong.first()).singleElement().asString().startsWith("unknown entry");
  }

  @Test
  void writeInDoubt_mayBeThere() {
    put("a", "1", 3);
    keys.inDoubt(List.of(new Change.Put("a", "2")));
    keys.check("a", new Stored("a", "2", 9), 0);
    assertThat(keys.past("a").getFirst()).isEqualTo(new OwnedKeys.Known(9, "2", 0));
    assertThat(wrong.first()).isEmpty();
  }

  @Test
  void writeInDoubt_mayBeMissing_andThenMustStayMissing() {
    put("a", "1", 3);
    keys.inDoubt(List.of(new Change.Put("a", "2")));
    keys.check("a", new Stored("a", "1", 3), 0);
    assertThat(wrong.first()).isEmpty();
    keys.check("a", new Stored("a", "2", 9), 0);
    assertThat(wrong.count()).isOne();
  }

  @Test
  void writeInDoubt_mustNotBringAnythingElse() {
    put("a", "1", 3);
    keys.inDoubt(List.of(new Change.Put("a", "2")));
    keys.check("a", null, 0);
    assertThat(wrong.count()).isOne();
  }

  @Test
  void deleteInDoubt_mayBeDone() {
    put("a", "1", 3);
    keys.inDoubt(List.of(new Change.Delete("a")));
    keys.check("a", null, 0);
    assertThat(keys.isPresent("a")).isFalse();
    assertThat(wrong.first()).isEmpty();
  }

  @Test
  void history_isWhatWasWritten_orItsNewestPart() {
    put("a", "1", 3);
    put("a", "2", 5);
    keys.checkHistory("a", List.of(new Version(5, "2"), new Version(3, "1")), ALL);
    keys.checkHistory("a", List.of(new Version(5, "2")), 1);
    assertThat(wrong.first()).isEmpty();
  }

  @Test
  void history_withAHole() {
    put("a", "1", 3);
    put("a", "2", 5);
    put("a", "3", 7);
    keys.checkHistory("a", List.of(new Version(7, "3"), new Version(3, "1")), 1);
    assertThat(wrong.first()).singleElement().asString().startsWith("history:");
  }

  @Test
  void history_shorterThanPromised() {
    put("a", "1", 3);
    put("a", "2", 5);
    keys.checkHistory("a", List.of(new Version(5, "2")), ALL);
    assertThat(wrong.first()).singleElement().asString().startsWith("history too short");
  }

  @Test
  void history_ofADeletedKey_mayBeGone() {
    put("a", "1", 3);
    delete("a", 4);
    keys.checkHistory("a", List.of(), ALL);
    assertThat(wrong.first()).isEmpty();
  }

  @Test
  void pastRead_ofAnotherVersion() {
    put("a", "1", 3);
    put("a", "2", 5);
    OwnedKeys.Known first = keys.past("a").getLast();
    keys.checkPast("a", first, new Stored("a", "1", 3));
    assertThat(wrong.first()).isEmpty();
    keys.checkPast("a", first, new Stored("a", "2", 5));
    assertThat(wrong.first()).singleElement().asString().startsWith("past read");
  }
}
