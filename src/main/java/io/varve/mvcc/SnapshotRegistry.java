package io.varve.mvcc;

import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The revisions that somebody reads at: what prune, flush and conflict checks must respect. */
final class SnapshotRegistry {
  /*
   * A reader registers its revision and then reads the floor; whoever drops versions publishes the
   * raised floor and then reads the registry. Whichever comes second sees the other: either the
   * reader is refused, or its revision is respected. The floor is volatile and the set concurrent,
   * so the four steps have one order.
   *
   * Below the floor a revision can still be read if another confirmed reader holds exactly that
   * revision, since its versions were kept for that one. Only confirmed readers count: two that
   * were both about to be refused must not vouch for each other.
   */
  private final Set<Lease> leases = ConcurrentHashMap.newKeySet();
  private volatile long floor;

  /** When somebody last asked for ages: near enough for a lease that began after that. */
  private volatile long lastLookNanos = System.nanoTime();

  /** One reader's hold on a revision. Thread-safe; releasing twice is harmless. */
  final class Lease implements AutoCloseable {
    private final long revision;
    private final long sinceNanos = lastLookNanos;
    private volatile boolean confirmed;
    private volatile boolean onlyKeeps;

    private Lease(long revision) {
      this.revision = revision;
    }

    long revision() {
      return revision;
    }

    /** Whoever has it keeps versions, and will never commit on what they say. */
    void onlyKeeps() {
      onlyKeeps = true;
    }

    @Override
    public void close() {
      leases.remove(this);
    }
  }

  /**
   * Registers a reader at {@code revision}; throws {@code REVISION_PRUNED} below the floor.
   * Revision 0 is the empty store and always exact.
   */
  Lease register(long revision) {
    Lease lease = new Lease(revision);
    leases.add(lease);
    long now = floor;
    if (revision < now && revision != 0 && !isHeldByAnother(lease)) {
      lease.close();
      throw StoreErrors.revisionPruned(new Revision(revision), new Revision(now));
    }
    lease.confirmed = true;
    return lease;
  }

  /**
   * Registers again, whatever the floor is, a revision that was registered for as long as anybody
   * could drop versions. It only keeps them.
   */
  Lease resume(long revision) {
    Lease lease = new Lease(revision);
    lease.onlyKeeps = true;
    lease.confirmed = true;
    leases.add(lease);
    return lease;
  }

  private boolean isHeldByAnother(Lease candidate) {
    for (Lease lease : leases) {
      if (lease != candidate && lease.revision == candidate.revision && lease.confirmed) {
        return true;
      }
    }
    return false;
  }

  /** The smallest revision at which every read is exact. */
  long floor() {
    return floor;
  }

  /** Publishes a floor, at or above the one before, and returns every revision held after that. */
  long[] raiseFloor(long raised) {
    floor = Math.max(floor, raised);
    return held();
  }

  /** Every registered revision, sorted; some may be there twice. */
  long[] held() {
    return leases.stream().mapToLong(Lease::revision).sorted().toArray();
  }

  /** The smallest registered revision, or {@code otherwise} if there is none. */
  long oldest(long otherwise) {
    long oldest = otherwise;
    for (Lease lease : leases) {
      oldest = Math.min(oldest, lease.revision);
    }
    return oldest;
  }

  /** The smallest revision of those who may yet commit; {@link Long#MAX_VALUE} if there is none. */
  long oldestReader() {
    long oldest = Long.MAX_VALUE;
    for (Lease lease : leases) {
      if (!lease.onlyKeeps) {
        oldest = Math.min(oldest, lease.revision);
      }
    }
    return oldest;
  }

  /**
   * How long the reader that came first has been here, those left out that only keep; or 0. Too
   * much by as long as nobody had asked before it came: a look at the clock for each reader would
   * cost more than the answer is worth.
   */
  long oldestReaderAgeNanos() {
    long now = System.nanoTime();
    lastLookNanos = now;
    long oldest = 0;
    for (Lease lease : leases) {
      if (!lease.onlyKeeps) {
        oldest = Math.max(oldest, now - lease.sinceNanos);
      }
    }
    return oldest;
  }

  int size() {
    return leases.size();
  }
}
