package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.NullMarked;

/** What a store must answer: the whole content after each commit. */
@NullMarked
final class StoreModel {
  private static final int EVERYTHING = 1_000_000;

  private final NavigableMap<Long, NavigableMap<Key, Entry>> states = new TreeMap<>();
  private final NavigableSet<Key> keys = new TreeSet<>();

  StoreModel() {
    states.put(0L, new TreeMap<>());
  }

  void committed(long revision, Write... writes) {
    NavigableMap<Key, Entry> state = new TreeMap<>(states.lastEntry().getValue());
    for (Write write : writes) {
      keys.add(write.key());
      if (write.value() == null) {
        state.remove(write.key());
      } else {
        state.put(write.key(), new Entry(write.key(), write.value(), new Revision(revision)));
      }
    }
    states.put(revision, state);
  }

  /** Forgets what a crash took back. */
  void loseAbove(long revision) {
    states.tailMap(revision, false).clear();
  }

  long newest() {
    return states.lastKey();
  }

  /** Checks gets and scans of the newest state. */
  void checkNewest(MvccStore store) {
    assertThat(store.visible().value()).isEqualTo(newest());
    checkAt(store, newest());
  }

  /** Checks gets and scans at a revision. */
  void checkAt(MvccStore store, long revision) {
    try (Snapshot snapshot = store.snapshotAt(new Revision(revision))) {
      check(snapshot);
    }
  }

  /** Checks gets and scans of a snapshot. */
  void check(Snapshot snapshot) {
    long revision = snapshot.revision().value();
    NavigableMap<Key, Entry> state = states.floorEntry(revision).getValue();
    List<Entry> upwards = new ArrayList<>(state.values());
    List<Entry> downwards = new ArrayList<>(state.descendingMap().values());
    assertThat(snapshot.scan(KeyRange.ALL, ScanOptions.first(EVERYTHING)).entries())
        .as("scan at %d", revision)
        .isEqualTo(upwards);
    assertThat(snapshot.scan(KeyRange.ALL, ScanOptions.last(EVERYTHING)).entries())
        .as("reverse scan at %d", revision)
        .isEqualTo(downwards);
    for (Key key : keys) {
      assertThat(snapshot.get(key)).as("%s at %d", key, revision).isEqualTo(state.get(key));
    }
  }

  /** Checks every revision from one on, the gaps between them included. */
  void checkFrom(MvccStore store, long revision) {
    checkAt(store, revision);
    for (long at : states.tailMap(revision).keySet()) {
      checkAt(store, at);
    }
  }
}
