package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.varve.model.Entry;
import io.varve.model.ErrorCode;
import io.varve.model.HistoryEntry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Reads outside transactions: at the newest state, in the past, by time, and history. */
final class SimulatedReads {
  private static final int EVERY_VERSION = 100_000;

  private final Simulation sim;
  private final Random random;
  private final ModelStore model;

  SimulatedReads(Simulation sim) {
    this.sim = sim;
    this.random = sim.random;
    this.model = sim.model;
  }

  private MvccTransactionManager manager() {
    return sim.store.manager();
  }

  void latest() {
    long revision = model.visible();
    var _ =
        sim.attempt(
                () ->
                    manager()
                        .read(
                            ReadPoint.LATEST,
                            view -> {
                              assertThat(view.readRevision().value()).isEqualTo(revision);
                              lookAround(view, revision);
                              return "";
                            }))
            .get();
  }

  private void lookAround(ReadView view, long revision) {
    for (int i = random.nextInt(6); i >= 0; i--) {
      Key key = sim.someKey();
      assertThat(view.get(key))
          .as("get %s at %d", key, revision)
          .isEqualTo(model.get(key, revision));
    }
    scanInPages(view, sim.someRange(), random.nextBoolean(), revision);
  }

  /** Scans a range page by page and compares every page. */
  private void scanInPages(ReadView view, KeyRange range, boolean reverse, long revision) {
    List<Entry> expected = new ArrayList<>(model.scan(range, revision));
    if (reverse) {
      expected = expected.reversed();
    }
    int from = 0;
    KeyRange rest = range;
    while (rest != null) {
      ScanOptions options = someOptions(reverse);
      ScanPage page = view.scan(rest, options);
      List<Entry> left = expected.subList(from, expected.size());
      assertThat(page.entries())
          .as("scan of %s at %d with %s", rest, revision, options)
          .isEqualTo(ModelTransaction.firstPage(left, options));
      from += page.entries().size();
      rest = page.rest();
    }
    assertThat(from).as("entries of %s at %d", range, revision).isEqualTo(expected.size());
  }

  ScanOptions someOptions(boolean reverse) {
    int limit = random.nextInt(3) == 0 ? 1_000 : 1 + random.nextInt(4);
    long maxBytes = random.nextInt(3) == 0 ? 1 + random.nextInt(60) : Long.MAX_VALUE;
    return new ScanOptions(limit, maxBytes, reverse);
  }

  void atRevision() {
    long revision =
        switch (random.nextInt(10)) {
          case 0 -> model.visible() + 1 + random.nextInt(20);
          case 1 -> model.lostRevisions().isEmpty() ? 0 : model.lostRevisions().last();
          default -> model.someRevision(random);
        };
    sim.note(revision);
    ErrorCode refusal = sim.refusal(revision);
    ReadPoint point = new ReadPoint.AtRevision(new Revision(revision));
    Simulation.Outcome<String> outcome =
        sim.attempt(
            () ->
                manager()
                    .read(
                        point,
                        view -> {
                          lookAround(view, revision);
                          return "";
                        }));
    assertThat(outcome.code()).as("read at %d", revision).isEqualTo(refusal);
    if (refusal != null) {
      sim.count(refusal.name());
    } else if (revision < sim.prunedTo && revision != 0) {
      sim.count("read of a held revision below the floor");
    }
  }

  void atTime() {
    long timeMs = someTime();
    sim.note(timeMs);
    long exact = model.lastRevisionAt(timeMs);
    TreeSet<Long> allowed = new TreeSet<>();
    allowed.add(exact);
    allowed.addAll(model.revisions().subSet(model.lowestRevisionAt(timeMs), true, exact, true));
    allowed.add(model.lowestRevisionAt(timeMs));
    ReadPoint point = new ReadPoint.AtTime(Instant.ofEpochMilli(timeMs));
    Simulation.Outcome<Long> outcome =
        sim.attempt(
            () ->
                manager()
                    .read(
                        point,
                        view -> {
                          long revision = view.readRevision().value();
                          assertThat(allowed).as("revision at %d", timeMs).contains(revision);
                          assertThat(sim.refusal(revision)).isNull();
                          lookAround(view, revision);
                          return revision;
                        }));
    boolean isLost = allowed.stream().anyMatch(revision -> model.isTimeLost(timeMs, revision));
    if (outcome.code() == ErrorCode.REVISION_LOST) {
      assertThat(isLost).as("a time that was not lost, %d ms", timeMs).isTrue();
      sim.count("time lost");
    } else if (isLost && allowed.size() == 1) {
      fail("what was visible at %d ms is lost, and answered", timeMs);
    } else if (outcome.code() != null) {
      assertThat(outcome.code()).as("read at %d ms", timeMs).isEqualTo(ErrorCode.REVISION_PRUNED);
      assertThat(allowed)
          .as("revisions at %d ms", timeMs)
          .anyMatch(revision -> sim.refusal(revision) == ErrorCode.REVISION_PRUNED);
    } else if (allowed.size() > 1) {
      sim.count("time known to the second only");
    }
  }

  private long someTime() {
    long around = model.timeOf(model.someRevision(random));
    return random.nextInt(5) == 0 || around < 0
        ? sim.clock.millis() - random.nextInt(5_000)
        : around + random.nextInt(3) - 1;
  }

  void history() {
    Key key = sim.someKey();
    sim.note(key);
    List<HistoryEntry> all = checkedHistory(key);
    int limit = 1 + random.nextInt(4);
    assertThat(sim.attempt(() -> manager().history(key, limit)).get())
        .as("newest %d versions of %s", limit, key)
        .isEqualTo(all.subList(0, Math.min(limit, all.size())));
  }

  /** The history of a key, which must hold what retention demands and nothing else. */
  List<HistoryEntry> checkedHistory(Key key) {
    List<HistoryEntry> found = sim.attempt(() -> manager().history(key, EVERY_VERSION)).get();
    List<Long> revisions = found.stream().map(entry -> entry.revision().value()).toList();
    List<Long> written = model.versionsOf(key);
    assertThat(revisions).as("versions of %s, newest first", key).isSubsetOf(written);
    assertThat(revisions).isSortedAccordingTo((left, right) -> Long.compare(right, left));
    assertThat(revisions).doesNotHaveDuplicates();
    assertThat(revisions)
        .as("versions of %s that retention demands, of %s", key, model.describe(key))
        .containsAll(written.stream().filter(at -> !model.mayBeGone(key, at)).toList());
    for (HistoryEntry entry : found) {
      long revision = entry.revision().value();
      assertThat(entry.value())
          .as("%s at %d", key, revision)
          .isEqualTo(model.valueAt(key, revision).orElse(null));
      long timeMs = model.timeOf(revision);
      Instant exact = Instant.ofEpochMilli(timeMs);
      if (model.isTimeExact(revision)) {
        assertThat(entry.time()).as("time of revision %d", revision).isEqualTo(exact);
      } else {
        Instant second = Instant.ofEpochSecond(Math.floorDiv(timeMs, 1000L));
        assertThat(entry.time()).as("time of revision %d", revision).isIn(exact, second);
      }
    }
    return found;
  }

  /** Compares everything at one revision. */
  void everythingAt(long revision) {
    var _ =
        sim.attempt(
                () ->
                    manager()
                        .read(
                            new ReadPoint.AtRevision(new Revision(revision)),
                            view -> {
                              for (Key key : sim.keys) {
                                assertThat(view.get(key))
                                    .as("get %s at %d", key, revision)
                                    .isEqualTo(model.get(key, revision));
                              }
                              scanInPages(view, KeyRange.ALL, false, revision);
                              scanInPages(view, KeyRange.ALL, true, revision);
                              return "";
                            }))
            .get();
  }

  /** Compares everything at every revision that can be read. */
  void everything() {
    for (long revision : model.revisions()) {
      if (sim.refusal(revision) == null) {
        everythingAt(revision);
      }
    }
    sim.keys.forEach(this::checkedHistory);
  }
}
