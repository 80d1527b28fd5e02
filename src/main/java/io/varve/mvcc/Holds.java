package io.varve.mvcc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.model.Hold;
import io.varve.model.HoldLimits;
import io.varve.model.Invariant;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Revisions that stay readable, over restarts too, until they are released or their time is up.
 * Thread-safe. Rows in {@code meta}, see {@link HoldCodec}; every write is synced.
 */
public final class Holds {
  /*
   * A row says that all which its revision shows is still there, and a start takes its word: most
   * held revisions lie below the floor, where nobody else is let in. So wherever there may be a
   * row, there must be a lease that keeps prune and flush from making it a lie. The lease comes
   * before the row and goes after it. Where a row could not be written, it is removed; and where a
   * row could not be removed, it may be there, so its lease stays and the removal is tried again
   * when the time is up. And a start registers rows whose time is up as well, before it removes
   * them: the clock may be set back between two starts.
   */
  private static final Comparator<Hold> OLDEST_FIRST =
      Comparator.comparing(Hold::revision).thenComparing(Hold::createdAt).thenComparing(Hold::id);

  private static final long LONGEST_RETRY_MS = 3_600_000;

  private final StorageService storage;
  private final StoreMeta meta;
  private final SnapshotRegistry snapshots;
  private final Function<@Nullable Revision, SnapshotRegistry.Lease> register;
  private final WriteGate gate;
  private final InstantSource clock;
  private final HoldLimits limits;

  /** Held while rows are written. Nothing but the engine is waited for under it. */
  private final ReentrantLock writing = new ReentrantLock();

  /** By id. Written by who holds {@link #writing}, read by all. */
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  private record Entry(Hold hold, SnapshotRegistry.Lease lease) {
    boolean isOver(Instant now) {
      return !hold.expiresAt().isAfter(now);
    }
  }

  Holds(
      StorageService storage,
      StoreMeta meta,
      SnapshotRegistry snapshots,
      Function<@Nullable Revision, SnapshotRegistry.Lease> register,
      WriteGate gate,
      InstantSource clock,
      HoldLimits limits) {
    this.storage = storage;
    this.meta = meta;
    this.snapshots = snapshots;
    this.register = register;
    this.gate = gate;
    this.clock = clock;
    this.limits = limits;
  }

  /** Registers what the rows name; before anything is flushed or pruned. */
  void load() {
    writing.lock();
    try (StorageIterator rows = storage.iterate(ColumnFamily.META)) {
      for (rows.seek(HoldCodec.PREFIX); StoreMeta.hasPrefix(rows, HoldCodec.PREFIX); rows.next()) {
        Hold hold = HoldCodec.decode(rows.key(), rows.value());
        entries.put(hold.id(), new Entry(hold, snapshots.resume(hold.revision().value())));
      }
    } finally {
      writing.unlock();
    }
  }

  /**
   * Removes what a start has no use for: holds whose time is up, and those of revisions above
   * {@code recovered}, which a crash took back.
   */
  void settle(long recovered) {
    writing.lock();
    try {
      Instant now = clock.instant();
      remove(
          entries.values().stream()
              .filter(entry -> entry.isOver(now) || entry.lease.revision() > recovered)
              .toList());
    } finally {
      writing.unlock();
    }
  }

  /**
   * Keeps {@code revision}, or the newest visible one if it is null, readable for {@code ttl}, over
   * restarts too. Throws as {@link MvccStore#snapshotAt(Revision)} does, MALFORMED_REQUEST for a
   * ttl beyond the longest, TOO_MANY_REQUESTS, and what a store that takes no writes throws.
   *
   * @param id 16 hexadecimal digits that no other hold has
   */
  public Hold add(String id, @Nullable Revision revision, Duration ttl, @Nullable String label) {
    gate.requireWritable();
    requireTtl(ttl);
    writing.lock();
    try {
      Invariant.check(!entries.containsKey(id), "no two holds have the same id");
      requireRoom();
      Instant now = now();
      SnapshotRegistry.Lease lease = register.apply(revision);
      lease.onlyKeeps();
      Hold hold = new Hold(id, new Revision(lease.revision()), label, now, now.plus(ttl));
      Entry added = new Entry(hold, lease);
      try {
        meta.write(HoldCodec.put(new StorageBatch(), hold));
      } catch (RuntimeException | Error e) {
        entries.put(id, added); // for its row may be there
        withdraw(added, e);
        throw e;
      }
      entries.put(id, added);
      return hold;
    } finally {
      writing.unlock();
    }
  }

  /** After a write that was said to have failed, and may have been done. */
  @GuardedBy("writing")
  private void withdraw(Entry added, Throwable cause) {
    try {
      remove(List.of(added));
    } catch (RuntimeException | Error e) {
      cause.addSuppressed(e);
    }
  }

  private void requireTtl(Duration ttl) {
    if (ttl.compareTo(limits.maxTtl()) > 0 || ttl.toMillis() < 1) {
      throw StoreErrors.malformed(
          "ttl", "The ttl must be above 0 and at most " + limits.maxTtl() + ".");
    }
  }

  private void requireRoom() {
    if (entries.size() >= limits.maxCount()) {
      long nowMs = clock.millis();
      long firstEndMs =
          entries.values().stream()
              .mapToLong(entry -> entry.hold.expiresAt().toEpochMilli())
              .min()
              .orElse(nowMs);
      throw StoreErrors.tooManyHolds(
          limits.maxCount(), Math.clamp(firstEndMs - nowMs, 1, LONGEST_RETRY_MS));
    }
  }

  /** As exact as a row is. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /** The holds in force, those of the oldest revision first. */
  public List<Hold> list() {
    gate.requireNotClosed();
    Instant now = clock.instant();
    return entries.values().stream()
        .filter(entry -> !entry.isOver(now))
        .map(Entry::hold)
        .sorted(OLDEST_FIRST)
        .toList();
  }

  /** A hold in force; throws {@code HOLD_NOT_FOUND}. */
  public Hold find(String id) {
    gate.requireNotClosed();
    return entry(id).hold;
  }

  private Entry entry(String id) {
    Entry entry = entries.get(id);
    if (entry == null || entry.isOver(clock.instant())) {
      throw StoreErrors.holdNotFound();
    }
    return entry;
  }

  /** Holds on for {@code ttl} from now; throws HOLD_NOT_FOUND and MALFORMED_REQUEST. */
  public Hold renew(String id, Duration ttl) {
    gate.requireWritable();
    requireTtl(ttl);
    writing.lock();
    try {
      Entry entry = entry(id);
      Hold old = entry.hold;
      Hold renewed = new Hold(id, old.revision(), old.label(), old.createdAt(), now().plus(ttl));
      meta.write(HoldCodec.put(new StorageBatch(), renewed));
      entries.put(id, new Entry(renewed, entry.lease));
      return renewed;
    } finally {
      writing.unlock();
    }
  }

  /** Ends a hold; throws {@code HOLD_NOT_FOUND}. */
  public void release(String id) {
    gate.requireWritable();
    writing.lock();
    try {
      remove(List.of(entry(id)));
    } finally {
      writing.unlock();
    }
  }

  /** Ends the holds whose time is up; how many. None where the store takes no writes. */
  public int expireOverdue() {
    if (!gate.isOpen()) {
      return 0;
    }
    writing.lock();
    try {
      Instant now = clock.instant();
      List<Entry> over = entries.values().stream().filter(entry -> entry.isOver(now)).toList();
      remove(over);
      return over.size();
    } finally {
      writing.unlock();
    }
  }

  @GuardedBy("writing")
  private void remove(Collection<Entry> ended) {
    StorageBatch rows = new StorageBatch();
    ended.forEach(entry -> rows.delete(ColumnFamily.META, HoldCodec.key(entry.hold.id())));
    meta.write(rows);
    for (Entry entry : ended) {
      entries.remove(entry.hold.id());
      entry.lease.close();
    }
  }

  /** How many there are. */
  int count() {
    return entries.size();
  }
}
