package io.varve.mvcc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.model.KeptOutcome;
import io.varve.model.LostRange;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.StoreErrors;
import io.varve.model.TransactionErrors;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import io.varve.storage.WriteSync;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What became of requests and transactions, for those who ask again. Thread-safe.
 *
 * <p>Rows in {@code meta}; names are ASCII, integers big-endian, and every write is synced:
 *
 * <pre>
 * outcome/     id, 16 bytes                    | row of OutcomeCodec |
 * outcome-end/ ms at which it ends, 8 | id, 16 | bytes of the row, 8 |
 * outcome-total                                | outcomes, 8 | bytes of their rows, 8 |
 * </pre>
 */
public final class OutcomeTable {
  /*
   * An outcome is a part of its commit: it is in the same log record, so either both survive a
   * crash or neither does. It is found from the moment on that the commit is ordered, visible or
   * not; who finds it must look at its revision. It stays in the heap, and counts as heap of the
   * overlay, until a flush writes its row, in the synced batch that comes before the flushed
   * revision moves. A start replays what was not flushed, outcomes included; a flush that is done
   * twice finds the row of the same revision, or of a later one, and leaves it.
   *
   * An id may be used again once its time is up. Of several outcomes of one id that are flushed
   * together the newest gets a row. A row that is overwritten leaves its end row behind, so whoever
   * follows an end row looks whether the row still ends then.
   */
  private static final byte[] ROW_PREFIX = ascii("outcome/");
  private static final byte[] END_PREFIX = ascii("outcome-end/");
  private static final byte[] TOTAL_KEY = ascii("outcome-total");

  /** Rows that one step of the expiry removes. */
  private static final int STEP_ROWS = 1_000;

  private static final long LONGEST_RETRY_MS = 3_600_000;

  private final StorageService storage;
  private final InstantSource clock;
  private final OutcomeLimits limits;

  /** Outcomes that have no row yet. Added under the commit lock, removed by the flush. */
  private final Map<OutcomeId, KeptOutcome> recent = new ConcurrentHashMap<>();

  private final AtomicLong recentBytes = new AtomicLong();

  /** Held while rows are written, for they are counted. Lock order: maintenance, then this one. */
  private final ReentrantLock writing = new ReentrantLock();

  /** What the row says, for those who only look. Written by who holds {@link #writing}. */
  private volatile Total total;

  /** Commits there were lost, so their outcomes never were. */
  private volatile List<LostRange> lostRanges = List.of();

  private record Total(long count, long bytes) {
    static final Total NONE = new Total(0, 0);

    Total plus(Total more) {
      return new Total(count + more.count, bytes + more.bytes);
    }
  }

  OutcomeTable(StorageService storage, InstantSource clock, OutcomeLimits limits) {
    this.storage = storage;
    this.clock = clock;
    this.limits = limits;
    this.total = readTotal();
  }

  private Total readTotal() {
    byte[] row = storage.get(ColumnFamily.META, TOTAL_KEY);
    if (row == null) {
      return Total.NONE;
    }
    if (row.length != 2 * Long.BYTES) {
      throw StoreErrors.corrupted("the metadata row outcome-total cannot be read.", null);
    }
    ByteBuffer fields = ByteBuffer.wrap(row);
    return new Total(fields.getLong(), fields.getLong());
  }

  /** Names the revisions whose commits were lost, all of them. */
  void noteLost(List<LostRange> ranges) {
    lostRanges = List.copyOf(ranges);
  }

  /** Takes in the outcomes of a commit that was ordered or replayed. */
  void add(Commit commit) {
    for (OutcomeRecord outcome : commit.outcomes()) {
      KeptOutcome before =
          recent.put(outcome.id(), new KeptOutcome(outcome, commit.revision(), commit.timeMs()));
      recentBytes.addAndGet(bytesOf(outcome) - (before == null ? 0 : bytesOf(before.record())));
    }
  }

  private static long bytesOf(OutcomeRecord outcome) {
    return OutcomeCodec.rowBytes(outcome);
  }

  /**
   * The outcome of this name, or null if there is none or its time is up. Its commit may not be
   * visible yet, and may never be.
   */
  public @Nullable KeptOutcome find(OutcomeId id) {
    KeptOutcome found = recent.get(id);
    if (found == null) {
      found = findRow(id);
    }
    return found == null || found.keptUntilMs() <= clock.millis() ? null : found;
  }

  private @Nullable KeptOutcome findRow(OutcomeId id) {
    byte[] row = storage.get(ColumnFamily.META, rowKey(id));
    KeptOutcome found = row == null ? null : OutcomeCodec.decodeRow(id, row);
    return found == null || isLost(found.revision()) ? null : found;
  }

  private boolean isLost(long revision) {
    for (LostRange range : lostRanges) {
      if (range.contains(revision)) {
        return true;
      }
    }
    return false;
  }

  /** Throws {@code STORE_UNAVAILABLE}, for a while, where no more outcomes can be kept. */
  public void requireRoom() {
    Total rows = total;
    long count = rows.count() + recent.size();
    long bytes = rows.bytes() + recentBytes.get();
    if (count >= limits.maxCount() || bytes >= limits.maxBytes()) {
      throw TransactionErrors.outcomesFull(
          count, bytes, Math.clamp(msToNextEnd(), 1, LONGEST_RETRY_MS));
    }
  }

  private long msToNextEnd() {
    try (StorageIterator ends = storage.iterate(ColumnFamily.META)) {
      ends.seek(END_PREFIX);
      return hasPrefix(ends, END_PREFIX) ? endOf(ends.key()).timeMs() - clock.millis() : 0;
    }
  }

  /** How many outcomes are kept. */
  public long count() {
    return total.count() + recent.size();
  }

  /** Bytes of their rows. */
  public long bytes() {
    return total.bytes() + recentBytes.get();
  }

  /** Writes {@code rows} and the outcomes of the generations, in one synced batch. */
  void flush(StorageBatch rows, FrozenGenerations frozen) {
    Collection<KeptOutcome> flushed = newestOf(frozen);
    writing.lock();
    try {
      // Not what is in the heap: a write that was said to have failed may have been done.
      Total before = readTotal();
      Total next = before;
      for (KeptOutcome outcome : flushed) {
        next = next.plus(put(rows, outcome));
      }
      write(rows, before, next);
    } finally {
      writing.unlock();
    }
    for (KeptOutcome outcome : flushed) {
      if (recent.remove(outcome.record().id(), outcome)) {
        recentBytes.addAndGet(-bytesOf(outcome.record()));
      }
    }
  }

  /** The newest outcome of each id: nobody finds the ones before it. */
  private static Collection<KeptOutcome> newestOf(FrozenGenerations frozen) {
    Map<OutcomeId, KeptOutcome> outcomes = new LinkedHashMap<>();
    for (OverlayGeneration generation : frozen.oldestFirst()) {
      AppendList<Commit> commits = generation.commits();
      for (int i = 0; i < commits.size(); i++) {
        Commit commit = commits.get(i);
        for (OutcomeRecord outcome : commit.outcomes()) {
          outcomes.put(outcome.id(), new KeptOutcome(outcome, commit.revision(), commit.timeMs()));
        }
      }
    }
    return outcomes.values();
  }

  /** Adds the rows of an outcome, unless it has them; what that adds to the total. */
  private Total put(StorageBatch rows, KeptOutcome outcome) {
    OutcomeId id = outcome.record().id();
    byte[] before = storage.get(ColumnFamily.META, rowKey(id));
    if (before != null && OutcomeCodec.decodeRow(id, before).revision() >= outcome.revision()) {
      return Total.NONE; // written by a flush that did not come to its end
    }
    byte[] row = OutcomeCodec.encodeRow(outcome);
    byte[] endKey = endKey(outcome);
    // The one before has an end row of its own, unless it ends at the same time.
    byte[] sameEnd = before == null ? null : storage.get(ColumnFamily.META, endKey);
    rows.put(ColumnFamily.META, rowKey(id), row);
    rows.put(ColumnFamily.META, endKey, longs(row.length));
    return sameEnd == null ? new Total(1, row.length) : new Total(0, row.length - longOf(sameEnd));
  }

  /** Removes the outcomes whose time is up; how many. */
  public int expireOverdue() {
    long now = clock.millis();
    int removed = 0;
    int step;
    do {
      step = expireStep(now);
      removed += step;
    } while (step == STEP_ROWS);
    return removed;
  }

  private int expireStep(long now) {
    writing.lock();
    try (StorageIterator ends = storage.iterate(ColumnFamily.META)) {
      StorageBatch rows = new StorageBatch();
      Total before = readTotal();
      Total next = before;
      int removed = 0;
      for (ends.seek(END_PREFIX); removed < STEP_ROWS && hasPrefix(ends, END_PREFIX); ends.next()) {
        End end = endOf(ends.key());
        if (end.timeMs() > now) {
          break;
        }
        removeIfEnded(rows, end);
        rows.delete(ColumnFamily.META, ends.key());
        next = next.plus(new Total(-1, -longOf(ends.value())));
        removed++;
      }
      if (removed > 0) {
        write(rows, before, next);
      }
      return removed;
    } finally {
      writing.unlock();
    }
  }

  private void removeIfEnded(StorageBatch rows, End end) {
    byte[] key = rowKey(end.id());
    byte[] row = storage.get(ColumnFamily.META, key);
    if (row != null && OutcomeCodec.decodeRow(end.id(), row).keptUntilMs() == end.timeMs()) {
      rows.delete(ColumnFamily.META, key);
    }
  }

  @GuardedBy("writing")
  private void write(StorageBatch rows, Total before, Total next) {
    if (!next.equals(before)) {
      rows.put(ColumnFamily.META, TOTAL_KEY, longs(next.count(), next.bytes()));
    }
    if (!rows.isEmpty()) {
      storage.write(rows, WriteSync.SYNCED);
    }
    total = next;
  }

  private record End(long timeMs, OutcomeId id) {}

  private static End endOf(byte[] key) {
    if (key.length != END_PREFIX.length + Long.BYTES + OutcomeId.BYTES) {
      throw StoreErrors.corrupted("the end row of an outcome cannot be read.", null);
    }
    ByteBuffer fields = ByteBuffer.wrap(key, END_PREFIX.length, key.length - END_PREFIX.length);
    return new End(fields.getLong(), OutcomeId.read(fields));
  }

  private static byte[] rowKey(OutcomeId id) {
    ByteBuffer key = ByteBuffer.allocate(ROW_PREFIX.length + OutcomeId.BYTES).put(ROW_PREFIX);
    id.write(key);
    return key.array();
  }

  private static byte[] endKey(KeptOutcome outcome) {
    ByteBuffer key = ByteBuffer.allocate(END_PREFIX.length + Long.BYTES + OutcomeId.BYTES);
    key.put(END_PREFIX).putLong(outcome.keptUntilMs());
    outcome.record().id().write(key);
    return key.array();
  }

  private static long longOf(byte[] row) {
    if (row.length != Long.BYTES) {
      throw StoreErrors.corrupted("the end row of an outcome cannot be read.", null);
    }
    return ByteBuffer.wrap(row).getLong();
  }

  private static byte[] longs(long... fields) {
    ByteBuffer row = ByteBuffer.allocate(fields.length * Long.BYTES);
    for (long field : fields) {
      row.putLong(field);
    }
    return row.array();
  }

  private static boolean hasPrefix(StorageIterator rows, byte[] prefix) {
    return rows.valid() && Arrays.mismatch(rows.key(), prefix) == prefix.length;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
