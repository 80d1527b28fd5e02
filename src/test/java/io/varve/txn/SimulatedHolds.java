package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.ErrorCode;
import io.varve.model.Hold;
import io.varve.model.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Revisions that are held, over restarts and crashes. */
final class SimulatedHolds {
  private static final int MAX_HOLDS = 4;
  private static final int[] TTL_MS = {300, 3_000, 20_000, 200_000};

  private final Simulation sim;
  private final Random random;

  /** Those that must be there, by id. */
  private final Map<String, Hold> holds = new TreeMap<>();

  /** Those of which a crash may have kept either state, by id. */
  private final Set<String> doubtful = new HashSet<>();

  private long ids;

  SimulatedHolds(Simulation sim) {
    this.sim = sim;
    this.random = sim.random;
  }

  int count() {
    return holds.size();
  }

  /** What is held, also by holds whose time is up, as long as they are not removed. */
  NavigableSet<Long> revisions() {
    NavigableSet<Long> revisions = new TreeSet<>();
    holds.values().forEach(hold -> revisions.add(hold.revision().value()));
    return revisions;
  }

  /** What a start must keep, whatever it has to flush. */
  NavigableSet<Long> revisionsInForce() {
    NavigableSet<Long> revisions = new TreeSet<>();
    holds.values().stream()
        .filter(hold -> isInForce(hold) && !doubtful.contains(hold.id()))
        .forEach(hold -> revisions.add(hold.revision().value()));
    return revisions;
  }

  private boolean isInForce(Hold hold) {
    return hold.expiresAt().isAfter(now());
  }

  private Instant now() {
    return Instant.ofEpochMilli(sim.clock.millis());
  }

  void hold() {
    if (holds.size() >= MAX_HOLDS) {
      return;
    }
    long revision = sim.model.someRevision(random);
    sim.note(revision);
    ErrorCode refusal = sim.refusal(revision);
    String id = HexFormat.of().toHexDigits(++ids);
    Duration ttl = someTtl();
    doubtful.add(id);
    Simulation.Outcome<Hold> made =
        sim.attempt(() -> sim.store.store().holds().add(id, new Revision(revision), ttl, null));
    doubtful.remove(id);
    assertThat(made.code()).as("hold of %d", revision).isEqualTo(refusal);
    if (refusal == null) {
      sim.count(revision < sim.prunedTo && revision != 0 ? "hold where another reads" : "hold");
      Hold hold = new Hold(id, new Revision(revision), null, now(), now().plus(ttl));
      assertThat(made.get()).isEqualTo(hold);
      holds.put(id, hold);
    }
  }

  private Duration someTtl() {
    return Duration.ofMillis(TTL_MS[random.nextInt(TTL_MS.length)]);
  }

  /** Renews or releases one of them. */
  void change() {
    if (holds.isEmpty()) {
      return;
    }
    Hold hold = new ArrayList<>(holds.values()).get(random.nextInt(holds.size()));
    ErrorCode refusal = isInForce(hold) ? null : ErrorCode.HOLD_NOT_FOUND;
    Duration ttl = someTtl();
    boolean release = random.nextInt(3) > 0;
    if (refusal == null) {
      doubtful.add(hold.id());
    }
    Simulation.Outcome<Boolean> done =
        sim.attempt(
            () -> {
              if (release) {
                sim.store.store().holds().release(hold.id());
              } else {
                sim.store.store().holds().renew(hold.id(), ttl);
              }
              return true;
            });
    doubtful.remove(hold.id());
    assertThat(done.code()).as("change of %s", hold).isEqualTo(refusal);
    if (refusal == null && release) {
      holds.remove(hold.id());
      sim.count("hold that is released");
    } else if (refusal == null) {
      holds.put(
          hold.id(), new Hold(hold.id(), hold.revision(), null, hold.createdAt(), now().plus(ttl)));
    }
  }

  /** Removes exactly those whose time is up. */
  void expire() {
    List<Hold> over = holds.values().stream().filter(hold -> !isInForce(hold)).toList();
    assertThat(sim.attempt(() -> sim.store.store().holds().expireOverdue()).get())
        .isEqualTo(over.size());
    for (Hold hold : over) {
      holds.remove(hold.id());
      sim.count("hold whose time is up");
    }
    compare();
  }

  private void compare() {
    assertThat(sim.attempt(() -> sim.store.store().holds().list()).get())
        .as("holds in force")
        .containsExactlyInAnyOrderElementsOf(
            holds.values().stream().filter(this::isInForce).toList());
  }

  /** After a start: what was in force is there, unless its revision is lost. */
  void opened(long recovered) {
    holds.values().removeIf(hold -> !isInForce(hold) || hold.revision().value() > recovered);
    Map<String, Hold> found = new HashMap<>();
    sim.attempt(() -> sim.store.store().holds().list())
        .get()
        .forEach(hold -> found.put(hold.id(), hold));
    for (String id : doubtful) {
      holds.remove(id);
      Hold hold = found.get(id);
      if (hold != null) {
        holds.put(id, hold);
        sim.count("hold that a crash has kept");
      }
    }
    doubtful.clear();
    if (!holds.isEmpty()) {
      sim.count("start with holds");
    }
    compare();
  }
}
