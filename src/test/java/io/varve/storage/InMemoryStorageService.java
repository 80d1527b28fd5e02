package io.varve.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.model.StoreErrors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A {@link StorageService} that keeps everything in the heap: a model to compare others with, and a
 * storage for tests of the layers above. It passes {@link StorageServiceContract}. Thread-safe.
 */
public final class InMemoryStorageService implements StorageService {
  /**
   * What is stored. Outlives the service, so that a test can close it, or simply forget it as a
   * crash would, and open another over the same state.
   */
  public static final class State {
    /** Everything that was written. Maps that a cursor holds are replaced, never changed. */
    @GuardedBy("this")
    private final Map<ColumnFamily, Rows> current = empty();

    /** The part that would survive a power failure. */
    @GuardedBy("this")
    private final Map<ColumnFamily, Rows> durable = empty();

    /** Changes that are only in {@code current}, oldest first. */
    @GuardedBy("this")
    private final List<StorageBatch.Mutation> unsynced = new ArrayList<>();

    private static Map<ColumnFamily, Rows> empty() {
      Map<ColumnFamily, Rows> families = new EnumMap<>(ColumnFamily.class);
      for (ColumnFamily family : ColumnFamily.values()) {
        families.put(family, new Rows());
      }
      return families;
    }

    /**
     * Takes back every write that was not synced, as a power failure would. Ingestions stay. For
     * use while no service is open over this state.
     */
    public synchronized void loseUnsynced() {
      unsynced.clear();
      durable.forEach((family, rows) -> current.put(family, rows.copy()));
    }

    private synchronized void write(StorageBatch batch, WriteSync sync) {
      for (StorageBatch.Mutation mutation : batch.mutations()) {
        StorageBatch.Mutation own = copy(mutation);
        rows(current, own.family()).apply(own);
        unsynced.add(own);
      }
      if (sync == WriteSync.SYNCED) {
        sync();
      }
    }

    private synchronized void sync() {
      for (StorageBatch.Mutation mutation : unsynced) {
        rows(durable, mutation.family()).apply(mutation);
      }
      unsynced.clear();
    }

    private synchronized void ingest(List<StorageBatch.Mutation> mutations) {
      for (StorageBatch.Mutation mutation : mutations) {
        rows(current, mutation.family()).apply(mutation);
        rows(durable, mutation.family()).apply(mutation);
      }
    }

    private synchronized void deleteRange(ColumnFamily family, byte[] from, byte[] to) {
      sync();
      rows(current, family).deleteRange(from, to);
      rows(durable, family).deleteRange(from, to);
    }

    private synchronized byte @Nullable [] get(ColumnFamily family, byte[] key) {
      byte[] value = rows(current, family).map.get(key);
      return value == null ? null : value.clone();
    }

    private synchronized @Nullable StorageRow first(ColumnFamily family, byte[] from, byte[] to) {
      Entry<byte[], byte[]> entry = rows(current, family).map.ceilingEntry(from);
      return entry == null || Arrays.compareUnsigned(entry.getKey(), to) >= 0
          ? null
          : new StorageRow(entry.getKey().clone(), entry.getValue().clone());
    }

    private synchronized NavigableMap<byte[], byte[]> snapshot(ColumnFamily family) {
      return rows(current, family).share();
    }

    private synchronized long size(ColumnFamily family) {
      return rows(current, family).map.size();
    }

    private static Rows rows(Map<ColumnFamily, Rows> families, ColumnFamily family) {
      return Objects.requireNonNull(families.get(family));
    }

    private static StorageBatch.Mutation copy(StorageBatch.Mutation mutation) {
      byte[] value = mutation.value();
      return new StorageBatch.Mutation(
          mutation.family(), mutation.key().clone(), value == null ? null : value.clone());
    }
  }

  /** The rows of a column family; copied before a change if a cursor reads them. */
  private static final class Rows {
    private NavigableMap<byte[], byte[]> map = new TreeMap<>(Arrays::compareUnsigned);
    private boolean shared;

    NavigableMap<byte[], byte[]> share() {
      shared = true;
      return map;
    }

    void apply(StorageBatch.Mutation mutation) {
      byte[] value = mutation.value();
      if (value == null) {
        own().remove(mutation.key());
      } else {
        own().put(mutation.key(), value);
      }
    }

    void deleteRange(byte[] from, byte[] to) {
      own().subMap(from, true, to, false).clear();
    }

    Rows copy() {
      var copy = new Rows();
      copy.map.putAll(map);
      return copy;
    }

    private NavigableMap<byte[], byte[]> own() {
      if (shared) {
        map = new TreeMap<>(map);
        shared = false;
      }
      return map;
    }
  }

  private final State state;

  /** Calls, cursors and ingestions that close waits for. */
  @GuardedBy("this")
  private int inside;

  @GuardedBy("this")
  private boolean closing;

  private InMemoryStorageService(State state) {
    this.state = state;
  }

  /** An empty store. */
  public static InMemoryStorageService create() {
    return over(new State());
  }

  /** A store with what {@code state} holds; one at a time. */
  public static InMemoryStorageService over(State state) {
    return new InMemoryStorageService(state);
  }

  @Override
  public void write(StorageBatch batch, WriteSync sync) {
    inside(
        () -> {
          state.write(batch, sync);
          return null;
        });
  }

  @Override
  public void syncWal() {
    inside(
        () -> {
          state.sync();
          return null;
        });
  }

  @Override
  public SortedIngest ingest(ColumnFamily family) {
    if (family == ColumnFamily.META) {
      throw new IllegalArgumentException("Metadata is written in batches.");
    }
    enter();
    return new Ingest(family);
  }

  @Override
  public byte @Nullable [] get(ColumnFamily family, byte[] key) {
    return inside(() -> state.get(family, key));
  }

  @Override
  public @Nullable StorageRow first(ColumnFamily family, byte[] from, byte[] to) {
    return inside(() -> state.first(family, from, to));
  }

  @Override
  public StorageIterator iterate(ColumnFamily family) {
    enter();
    return new Cursor(state.snapshot(family));
  }

  @Override
  public List<byte[]> sampleKeys(ColumnFamily family) {
    return inside(List::of);
  }

  @Override
  public void deleteRange(ColumnFamily family, byte[] from, byte[] to) {
    if (family == ColumnFamily.VERSIONS) {
      throw new IllegalArgumentException("Versions are removed by an ingestion.");
    }
    if (Arrays.compareUnsigned(from, to) > 0) {
      throw new IllegalArgumentException("The range is inverted.");
    }
    inside(
        () -> {
          state.deleteRange(family, from, to);
          return null;
        });
  }

  /** Also syncs the log, as an engine does that must not let a sorted file outrun its log. */
  @Override
  public void flush(ColumnFamily family) {
    syncWal();
  }

  @Override
  public void compact(ColumnFamily family) {
    inside(() -> null);
  }

  /** There are no files to link: tests of checkpoints need a storage that has some. */
  @Override
  public void checkpoint(Path directory) {
    throw new UnsupportedOperationException("A storage in the heap has no files.");
  }

  @Override
  public StorageStats stats() {
    return inside(
        () ->
            new StorageStats(
                state.size(ColumnFamily.VERSIONS),
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                false,
                Long.MAX_VALUE,
                0,
                EngineTickers.NONE));
  }

  @Override
  public synchronized void close() {
    closing = true;
    boolean interrupted = false;
    while (inside > 0) {
      try {
        wait();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    state.sync();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void enter() {
    if (closing) {
      throw StoreErrors.unavailable("The store is closed.");
    }
    inside++;
  }

  private synchronized void exit() {
    inside--;
    notifyAll();
  }

  private <T extends @Nullable Object> T inside(Call<T> call) {
    enter();
    try {
      return call.run();
    } finally {
      exit();
    }
  }

  private interface Call<T extends @Nullable Object> {
    T run();
  }

  private final class Ingest implements SortedIngest {
    private final Ingested rows;
    private final Ingested rest;
    private boolean closed;

    Ingest(ColumnFamily family) {
      this.rows = new Ingested(family);
      this.rest = new Ingested(family);
    }

    @Override
    public void put(byte[] key, byte[] value) {
      rows.put(key, value);
    }

    @Override
    public void delete(byte[] key) {
      rows.delete(key);
    }

    @Override
    public long bytes() {
      return rows.bytes() + rest.bytes();
    }

    @Override
    public SortedRows rest() {
      return rest;
    }

    @Override
    public void commit() {
      List<StorageBatch.Mutation> all = new ArrayList<>(rows.end());
      for (StorageBatch.Mutation mutation : rest.end()) {
        if (!all.isEmpty() && Arrays.compareUnsigned(all.getLast().key(), mutation.key()) >= 0) {
          throw new IllegalArgumentException("The rest of an ingestion must lie above its rows.");
        }
        all.add(mutation);
      }
      state.ingest(all);
    }

    @Override
    public void close() {
      rows.over = true;
      rest.over = true;
      if (!closed) {
        closed = true;
        exit();
      }
    }
  }

  private static final class Ingested implements SortedRows {
    private final ColumnFamily family;
    private final List<StorageBatch.Mutation> mutations = new ArrayList<>();
    private byte @Nullable [] lastKey;
    private long bytes;
    private boolean over;

    Ingested(ColumnFamily family) {
      this.family = family;
    }

    @Override
    public void put(byte[] key, byte[] value) {
      add(key, value.clone());
      bytes += key.length + value.length;
    }

    @Override
    public void delete(byte[] key) {
      add(key, null);
      bytes += key.length;
    }

    @Override
    public long bytes() {
      return bytes;
    }

    List<StorageBatch.Mutation> end() {
      checkOpen();
      over = true;
      return mutations;
    }

    private void add(byte[] key, byte @Nullable [] value) {
      checkOpen();
      if (lastKey != null && Arrays.compareUnsigned(lastKey, key) >= 0) {
        throw new IllegalArgumentException("Keys of an ingestion must rise strictly.");
      }
      lastKey = key.clone();
      mutations.add(new StorageBatch.Mutation(family, lastKey, value));
    }

    private void checkOpen() {
      if (over) {
        throw new IllegalStateException("The ingestion is over.");
      }
    }
  }

  private final class Cursor implements StorageIterator {
    private final NavigableMap<byte[], byte[]> rows;
    private @Nullable Entry<byte[], byte[]> at;
    private boolean closed;

    Cursor(NavigableMap<byte[], byte[]> rows) {
      this.rows = rows;
    }

    @Override
    public void seek(byte[] key) {
      checkOpen();
      at = rows.ceilingEntry(key);
    }

    @Override
    public void seekForPrev(byte[] key) {
      checkOpen();
      at = rows.floorEntry(key);
    }

    @Override
    public void seekToFirst() {
      checkOpen();
      at = rows.firstEntry();
    }

    @Override
    public void seekToLast() {
      checkOpen();
      at = rows.lastEntry();
    }

    @Override
    public void next() {
      at = rows.higherEntry(row().getKey());
    }

    @Override
    public void prev() {
      at = rows.lowerEntry(row().getKey());
    }

    @Override
    public boolean valid() {
      checkOpen();
      return at != null;
    }

    @Override
    public byte[] key() {
      return row().getKey().clone();
    }

    @Override
    public byte[] value() {
      return row().getValue().clone();
    }

    @Override
    public byte[] value(int most) {
      byte[] value = row().getValue();
      return Arrays.copyOf(value, Math.min(most, value.length));
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        exit();
      }
    }

    private Entry<byte[], byte[]> row() {
      checkOpen();
      Entry<byte[], byte[]> row = at;
      if (row == null) {
        throw new IllegalStateException("The cursor is not on a key.");
      }
      return row;
    }

    private void checkOpen() {
      if (closed) {
        throw new IllegalStateException("The cursor is closed.");
      }
    }
  }
}
