package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.storage.ColumnFamily;
import io.varve.storage.SortedIngest;
import io.varve.storage.SortedRows;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageService;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Writes frozen overlay generations out as sorted files. Used by one maintenance thread. */
final class Flusher {
  /*
   * Order. With the log on, the log was synced before: ingested files are durable at once and must
   * not outrun it. With the log off, the commits of the generations are ingested into the log. Then
   * one synced batch brings the time index and the outcomes. Last come the versions, in one ingestion which has the
   * marker, the flushed revision, among its first rows. A crash in between leaves it where it was, and
   * the next start replays the log from there: every step can be done twice.
   *
   * A large flush is written by two threads, half of the keys each; the order of the steps stays.
   *
   * After the ingestion the read cache learns the newest version of each key, and only then does
   * the generations leave the view of readers.
   */
  private final StorageService storage;
  private final Overlay overlay;
  private final ReadCache cache;
  private final SnapshotRegistry snapshots;
  private final RetentionFloor floor;
  private final OutcomeTable outcomes;
  private final MvccSettings settings;
  private final ToLongFunction<Retention> cutoff;

  Flusher(
      StorageService storage,
      Overlay overlay,
      ReadCache cache,
      SnapshotRegistry snapshots,
      RetentionFloor floor,
      OutcomeTable outcomes,
      MvccSettings settings,
      ToLongFunction<Retention> cutoff) {
    this.storage = storage;
    this.overlay = overlay;
    this.cache = cache;
    this.snapshots = snapshots;
    this.floor = floor;
    this.outcomes = outcomes;
    this.settings = settings;
    this.cutoff = cutoff;
  }

  /**
   * Writes out the frozen generations of the overlay, all of whose commits are visible and, with
   * the log on, synced.
   */
  FlushResult flush(FrozenGenerations frozen) {
    long started = System.nanoTime();
    long logBytes = settings.durability().usesLog() ? 0 : ingestLog(frozen);
    StorageBatch rows = new StorageBatch();
    for (OverlayGeneration generation : frozen.oldestFirst()) {
      StoreMeta.addFlushed(rows, generation, generation.estimatedLogBytes());
    }
    outcomes.flush(rows, frozen);

    Written written = ingestVersions(frozen, planCollapse(frozen));
    frozen.forEachKey(this::cacheNewest, this::cacheNewest);
    long oldestSnapshot = snapshots.oldestReader();
    for (OverlayGeneration generation : frozen.oldestFirst()) {
      overlay.drop(generation, oldestSnapshot);
    }
    return new FlushResult(
        new Revision(frozen.lastRevision()),
        frozen.commitCount(),
        frozen.keyCount(),
        written.versions(),
        frozen.versionCount() - written.versions(),
        logBytes + written.bytes(),
        Duration.ofNanos(System.nanoTime() - started));
  }

  private void cacheNewest(Key key, List<VersionNode> newestFirst) {
    VersionNode newest = newestFirst.getFirst();
    cache.replace(key, newest.revision, newest.value);
  }

  private long ingestLog(FrozenGenerations frozen) {
    try (SortedIngest log = storage.ingest(ColumnFamily.LOG)) {
      SortedRows later = restIfLarge(log, frozen);
      frozen.forEachCommit(commit -> put(log, commit), commit -> put(later, commit));
      log.commit();
      return log.bytes();
    }
  }

  private static void put(SortedRows log, Commit commit) {
    log.put(LogRecordCodec.key(commit.revision()), LogRecordCodec.encode(commit));
  }

  /** Where the second half of the rows goes: to files of its own, if another thread writes them. */
  private static SortedRows restIfLarge(SortedIngest files, FrozenGenerations frozen) {
    return frozen.isLarge() ? files.rest() : files;
  }

  /** Which versions nobody needs; stores and publishes the floor that this brings. */
  private @Nullable VersionFate planCollapse(FrozenGenerations frozen) {
    long oldEnough = cutoff.applyAsLong(settings.retention());
    if (oldEnough < frozen.firstRevision()) {
      return null;
    }
    int keepVersions = settings.retention().keepVersions();
    long[] held = floor.held();
    VersionFate plan = new VersionFate(keepVersions, oldEnough, held);
    long raised = floorOf(plan, frozen);
    if (raised == 0) {
      return null;
    }
    return new VersionFate(
        keepVersions, oldEnough, floor.raise(raised, frozen.lastRevision(), held));
  }

  private static long floorOf(VersionFate plan, FrozenGenerations frozen) {
    HighestFloor lower = new HighestFloor(plan);
    HighestFloor upper = new HighestFloor(plan);
    frozen.forEachKey(lower, upper);
    return Math.max(lower.floor, upper.floor);
  }

  /** Finds the floor that a plan brings for the keys it is shown. */
  private static final class HighestFloor implements FrozenGenerations.KeyVisitor {
    private final VersionFate plan;
    private long floor;

    HighestFloor(VersionFate plan) {
      this.plan = plan;
    }

    @Override
    public void visit(Key key, List<VersionNode> versions) {
      if (versions.size() > 1) {
        floor = Math.max(floor, plan.judge(revisions(versions), false).floor());
      }
    }
  }

  private record Written(long versions, long bytes) {}

  private Written ingestVersions(FrozenGenerations frozen, @Nullable VersionFate fate) {
    try (SortedIngest files = storage.ingest(ColumnFamily.VERSIONS)) {
      if (fate != null) {
        files.put(VersionedKeyCodec.FLOOR, VersionedKeyCodec.revisionBytes(floor.current()));
      }
      files.put(VersionedKeyCodec.FLUSHED, VersionedKeyCodec.revisionBytes(frozen.lastRevision()));
      SortedRows rest = restIfLarge(files, frozen);
      VersionRows lower = new VersionRows(files, fate);
      VersionRows upper = new VersionRows(rest, fate);
      frozen.forEachKey(lower, upper);
      files.commit();
      return new Written(lower.count + upper.count, files.bytes());
    }
  }

  /** Writes the versions that stay of the keys it is shown, and counts them. */
  private static final class VersionRows implements FrozenGenerations.KeyVisitor {
    private final SortedRows rows;
    private final @Nullable VersionFate fate;
    private long count;

    VersionRows(SortedRows rows, @Nullable VersionFate fate) {
      this.rows = rows;
      this.fate = fate;
    }

    @Override
    public void visit(Key key, List<VersionNode> newestFirst) {
      if (fate == null || newestFirst.size() == 1) {
        newestFirst.forEach(version -> put(key, version));
        return;
      }
      boolean[] drops = fate.judge(revisions(newestFirst), false).drops();
      for (int i = 0; i < drops.length; i++) {
        if (!drops[i]) {
          put(key, newestFirst.get(i));
        }
      }
    }

    private void put(Key key, VersionNode version) {
      rows.put(
          VersionedKeyCodec.encode(key, version.revision), VersionValueCodec.encode(version.value));
      count++;
    }
  }

  private static long[] revisions(List<VersionNode> newestFirst) {
    long[] revisions = new long[newestFirst.size()];
    for (int i = 0; i < revisions.length; i++) {
      revisions[i] = newestFirst.get(i).revision;
    }
    return revisions;
  }
}
