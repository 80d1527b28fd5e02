package io.varve.bench.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;

/**
 * Pairs of switches of which one at least is on in every state of the store. Each transaction reads
 * both and writes one, so isolation weaker than SERIALIZABLE would turn both off.
 */
final class Pairs {
  private static final int PAIRS = 8;
  private static final String ON = "on";
  private static final String OFF = "off";

  private final String prefix;
  private final WrongAnswers wrong;

  Pairs(String prefix, WrongAnswers wrong) {
    this.prefix = prefix;
    this.wrong = wrong;
  }

  private String key(int pair, int side) {
    return prefix + pair + (side == 0 ? "/a" : "/b");
  }

  List<Change> opening() {
    List<Change> changes = new ArrayList<>();
    for (int pair = 0; pair < PAIRS; pair++) {
      changes.add(new Change.Put(key(pair, 0), ON));
      changes.add(new Change.Put(key(pair, 1), ON));
    }
    return changes;
  }

  /** Turns one off where both are on, else the other one on. */
  boolean toggle(SoakView view, RandomGenerator random) {
    int pair = random.nextInt(PAIRS);
    int side = random.nextInt(2);
    boolean isOn = isOn(view, key(pair, side));
    boolean isOtherOn = isOn(view, key(pair, 1 - side));
    view.put(key(pair, side), isOn && isOtherOn ? OFF : ON);
    return true;
  }

  private static boolean isOn(SoakView view, String key) {
    return Objects.requireNonNull(view.get(key), key).value().equals(ON);
  }

  /** A snapshot was read. */
  void check(Snapshot snapshot) {
    List<Stored> found =
        snapshot.entries().stream().filter(entry -> entry.key().startsWith(prefix)).toList();
    if (found.size() != 2 * PAIRS) {
      wrong.add("pairs", found.size() + " switches at revision " + snapshot.revision());
      return;
    }
    for (int i = 0; i < found.size(); i += 2) {
      if (found.get(i).value().equals(OFF) && found.get(i + 1).value().equals(OFF)) {
        wrong.add("write skew", found.get(i).key() + " and its other are off");
      }
    }
  }
}
