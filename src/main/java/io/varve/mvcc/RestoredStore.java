package io.varve.mvcc;

import io.varve.model.LostRange;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreId;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageService;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.LongStream;

/** Turns a copy of a checkpoint into a store of its own, before it is opened as one. */
public final class RestoredStore {
  /*
   * The copy has, in sorted files, everything up to the revision of the checkpoint; flushes of
   * later commits waited until it was made. So nothing above that revision is in `versions`, and
   * neither outcomes nor the time index name any. What can be there are log records of commits that
   * ran meanwhile. They go: a restore gives the state of one revision.
   *
   * The new store goes on above everything that the replaced store, or the one the checkpoint was
   * made of, may have given out. What lies between counts as lost, and the store id is new, so no
   * ETag, page token or revision of another life is ever answered from this one.
   */
  private static final byte[] PAST_THE_LOG = {-1, -1, -1, -1, -1, -1, -1, -1, -1};

  private RestoredStore() {}

  /**
   * Prepares {@code copy}; durable when it returns. Throws {@code STORAGE_CORRUPTED} if it is no
   * copy of a checkpoint of {@code revision}.
   *
   * @param madeAt when the making of the checkpoint began: up to then nothing is missing
   * @param handedOut the highest revision that the replaced store may have given out
   * @return the new ceiling: the next commit gets a revision above it
   */
  public static Revision prepare(
      StorageService copy, Revision revision, Instant madeAt, StoreId newId, long handedOut) {
    StoreMeta meta = new StoreMeta(copy);
    long flushed = flushed(copy);
    if (flushed != revision.value()) {
      throw StoreErrors.corrupted(
          "its sorted files end at revision " + flushed + ", not at " + revision + ".", null);
    }
    long ceiling =
        LongStream.of(handedOut, meta.ceiling().revision(), revision.value()).max().getAsLong();
    Revision upTo = new Revision(Math.min(ceiling, Revision.MAX_VALUE));
    copy.deleteRange(ColumnFamily.LOG, LogRecordCodec.key(revision.value() + 1), PAST_THE_LOG);
    meta.beginAnew(newId, new LostRange(revision, upTo), madeAt.toEpochMilli());
    return upTo;
  }

  /** The highest revision that a store, which nobody has open for writing, may have given out. */
  public static long handedOut(StorageService storage) {
    Commit last = new LogReplay(storage).last();
    long logEnd = last == null ? 0 : last.revision();
    long ceiling = new StoreMeta(storage).ceiling().revision();
    return LongStream.of(ceiling, flushed(storage), logEnd).max().getAsLong();
  }

  /** The revision in the side file of the last store in {@code directory}; 0 if there is none. */
  public static long lastSynced(Path directory) {
    return new SyncedFile(directory).readOfAnyStore();
  }

  private static long flushed(StorageService storage) {
    return VersionedKeyCodec.revisionOf(
        storage.get(ColumnFamily.VERSIONS, VersionedKeyCodec.FLUSHED));
  }
}
