package io.varve.mvcc;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.model.KeptOutcome;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.StoreErrors;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import io.varve.storage.WriteSync;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
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
   * twice finds the row of the same revision and leaves it.
   *
   * A row that is overwritten, since its id was used again after it had ended, leaves its end row
   * behind. So whoever follows an end row looks whether the row still ends then.
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

  @GuardedBy("writing")
  private Total total;

  /** What {@link #total} is, for those who only look. */
  private volatile Total seen;

  private record Total(long count, long bytes) {
    Total plus(long moreCount, long moreBytes) {
      return new Total(count + moreCount, bytes + moreBytes);
    }
  }

  OutcomeTable(StorageService storage, InstantSource clock, OutcomeLimits limits) {
    this.storage = storage;
    this.clock = clock;
    this.limits = limits;
    this.total = readTotal();
    this.seen = total;
  }

  private Total readTotal() {
    byte[] row = storage.get(ColumnFamily.META, TOTAL_KEY);
    if (row == null) {
      return new Total(0, 0);
    }
    if (row.length != 2 * Long.BYTES) {
      throw StoreErrors.corrupted("the metadata row outcome-total cannot be read.", null);
    }
    ByteBuffer fields = ByteBuffer.wrap(row);
    return new Total(fields.getLong(), fields.getLong());
  }

  /** Takes in the outcomes of a commit that was ordered or replayed. */
  void add(Commit commit) {
    for (OutcomeRecord outcome : commit.outcomes()) {
      recent.put(outcome.id(), new KeptOutcome(outcome, commit.revision(), commit.timeMs()));
      recentBytes.addAndGet(outcome.content().length);
    }
  }

  /**
   * The outcome of this name, or null if there is none or its time is up. Its commit may not be
   * visible yet, and may never be.
   */
  public @Nullable KeptOutcome find(OutcomeId id) {
    KeptOutcome found = recent.get(id);
    if (found == null) {
      byte[] row = storage.get(ColumnFamily.META, rowKey(id));
      found = row == null ? null : OutcomeCodec.decodeRow(id, row);
    }
    return found == null || found.keptUntilMs() <= clock.millis() ? null : found;
  }

  /** Throws {@code STORE_UNAVAILABLE}, for a while, where no more outcomes can be kept. */
  public void requireRoom() {
    Total rows = seen;
    long count = rows.count() + recent.size();
    long bytes = rows.bytes() + recentBytes.get();
    if (count >= limits.maxCount() || bytes >= limits.maxBytes()) {
      throw StoreErrors.outcomesFull(count, bytes, Math.clamp(msToNextEnd(), 1, LONGEST_RETRY_MS));
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
    return seen.count() + recent.size();
  }

  /** Writes {@code rows} and the outcomes of the generations, in one synced batch. */
  void flush(StorageBatch rows, FrozenGenerations frozen) {
    List<KeptOutcome> flushed = outcomesOf(frozen);
    writing.lock();
    try {
      Total next = total;
      for (KeptOutcome outcome : flushed) {
        if (!isWritten(outcome)) {
          byte[] row = OutcomeCodec.encodeRow(outcome);
          rows.put(ColumnFamily.META, rowKey(outcome.record().id()), row);
          rows.put(ColumnFamily.META, endKey(outcome), longs(row.length));
          next = next.plus(1, row.length);
        }
      }
      write(rows, next);
    } finally {
      writing.unlock();
    }
    for (KeptOutcome outcome : flushed) {
      if (recent.remove(outcome.record().id(), outcome)) {
        recentBytes.addAndGet(-outcome.record().content().length);
      }
    }
  }

  private static List<KeptOutcome> outcomesOf(FrozenGenerations frozen) {
    List<KeptOutcome> outcomes = new ArrayList<>();
    for (OverlayGeneration generation : frozen.oldestFirst()) {
      AppendList<Commit> commits = generation.commits();
      for (int i = 0; i < commits.size(); i++) {
        Commit commit = commits.get(i);
        for (OutcomeRecord outcome : commit.outcomes()) {
          outcomes.add(new KeptOutcome(outcome, commit.revision(), commit.timeMs()));
        }
      }
    }
    return outcomes;
  }

  private boolean isWritten(KeptOutcome outcome) {
    byte[] row = storage.get(ColumnFamily.META, rowKey(outcome.record().id()));
    return row != null
        && OutcomeCodec.decodeRow(outcome.record().id(), row).revision() == outcome.revision();
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
      Total next = total;
      int removed = 0;
      for (ends.seek(END_PREFIX); removed < STEP_ROWS && hasPrefix(ends, END_PREFIX); ends.next()) {
        End end = endOf(ends.key());
        if (end.timeMs() > now) {
          break;
        }
        removeIfEnded(rows, end);
        rows.delete(ColumnFamily.META, ends.key());
        next = next.plus(-1, -longOf(ends.value()));
        removed++;
      }
      if (removed > 0) {
        write(rows, next);
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
  private void write(StorageBatch rows, Total next) {
    if (!next.equals(total)) {
      rows.put(ColumnFamily.META, TOTAL_KEY, longs(next.count(), next.bytes()));
    }
    if (!rows.isEmpty()) {
      storage.write(rows, WriteSync.SYNCED);
    }
    total = next;
    seen = next;
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
