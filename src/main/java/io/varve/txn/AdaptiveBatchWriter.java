package io.varve.txn;

import io.varve.model.Key;
import io.varve.model.Revision;
import io.varve.model.Value;
import io.varve.mvcc.Write;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes many entries in chunks whose size follows the throughput. A chunk is one commit and never
 * half-applied; within a chunk the last write to a key counts. Used by one thread.
 *
 * <p>Entries that come slowly need not wait for a full chunk: the caller asks {@link #nanosLeft}
 * and calls {@link #commitEarly}, since the writer has no thread of its own.
 *
 * <p>One chunk may be on its way into the log while the next is made. If a chunk fails, the writer
 * throws, at the latest when it is finished, and what earlier chunks committed stays. Nothing is
 * certain about a chunk until then, unless somebody waits for it: a listener hears of every chunk
 * that is on its way. Who gives up does not finish: then the chunk in the making is dropped.
 */
public final class AdaptiveBatchWriter {
  private final Function<List<Write>, Supplier<Revision>> commit;
  private final AdaptiveBatch batch;
  private final TransactionLimits limits;
  private final LongSupplier nanoTime;
  private final Consumer<AdaptiveBatchChunk> listener;

  private final Map<Key, Write> chunk = new LinkedHashMap<>();
  private long chunkBytes;
  private long chunkEntries;
  private long startedNanos;

  /** When the first entry of the chunk in the making came. */
  private long openedNanos;

  private long entries;
  private Revision last = Revision.ZERO;

  /** Waits for the chunk that is on its way. */
  private @Nullable Supplier<Revision> underWay;

  AdaptiveBatchWriter(
      Function<List<Write>, Supplier<Revision>> commit,
      AdaptiveBatch batch,
      TransactionLimits limits,
      LongSupplier nanoTime) {
    this(commit, batch, limits, nanoTime, _ -> {});
  }

  /**
   * @param commit puts a chunk in order; what it returns waits until it is committed
   * @param listener is told of each chunk, in order, once it is on its way; all before it are
   *     committed then
   */
  AdaptiveBatchWriter(
      Function<List<Write>, Supplier<Revision>> commit,
      AdaptiveBatch batch,
      TransactionLimits limits,
      LongSupplier nanoTime,
      Consumer<AdaptiveBatchChunk> listener) {
    this.commit = commit;
    this.batch = batch;
    this.limits = limits;
    this.nanoTime = nanoTime;
    this.listener = listener;
    this.startedNanos = nanoTime.getAsLong();
  }

  /** Adds a put, and commits the chunk if it is full. */
  public void put(Key key, Value value) {
    limits.check(value);
    add(key, value);
  }

  /** Adds a delete, and commits the chunk if it is full. */
  public void delete(Key key) {
    add(key, null);
  }

  private void add(Key key, @Nullable Value value) {
    limits.check(key);
    if (chunk.isEmpty()) {
      openedNanos = nanoTime.getAsLong();
    }
    Write write = new Write(key, value);
    Write replaced = chunk.put(key, write);
    chunkBytes += write.bytes() - (replaced == null ? 0 : replaced.bytes());
    entries++;
    chunkEntries++;
    if (batch.isFull(chunk.size(), chunkBytes)) {
      commitChunk(true);
    }
  }

  /** Bytes of keys and values in the chunk in the making. */
  public long pendingBytes() {
    return chunkBytes;
  }

  /**
   * Until the chunk in the making should be committed as it is; the maximum where there is none.
   */
  public long nanosLeft() {
    return chunk.isEmpty()
        ? Long.MAX_VALUE
        : Math.max(0, openedNanos + batch.maxDelayNanos() - nanoTime.getAsLong());
  }

  /** Commits the chunk in the making as it is, if there is one. Its size measures nothing. */
  public void commitEarly() {
    if (!chunk.isEmpty()) {
      commitChunk(false);
    }
  }

  private void commitChunk(boolean measured) {
    List<Write> writes = new ArrayList<>(chunk.values());
    long written = chunkEntries;
    // Whatever happens to it, this chunk is not committed a second time.
    chunk.clear();
    chunkBytes = 0;
    chunkEntries = 0;
    Supplier<Revision> before = underWay;
    Supplier<Revision> now = new SharedWait(commit.apply(writes));
    underWay = now;
    if (before != null) {
      last = before.get();
    }
    long nanos = nanoTime.getAsLong();
    if (measured) {
      batch.written(writes.size(), nanos - startedNanos);
    } else {
      batch.writtenEarly(writes.size(), nanos - startedNanos);
    }
    startedNanos = nanos;
    listener.accept(
        new AdaptiveBatchChunk(batch.chunks(), written, batch.lastRate(), batch.rsd(), now));
  }

  /** Commits what is left and says how it went. */
  public AdaptiveBatchReport finish() {
    if (!chunk.isEmpty()) {
      commitChunk(true);
    }
    if (underWay != null) {
      last = underWay.get();
      underWay = null;
    }
    return new AdaptiveBatchReport(
        entries,
        batch.chunks(),
        batch.chunk(),
        batch.averageRate(),
        batch.bestRate(),
        batch.windowRate(),
        batch.standardDeviation(),
        batch.rsd(),
        last);
  }
}
