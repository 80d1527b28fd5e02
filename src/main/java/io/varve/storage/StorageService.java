package io.varve.storage;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An embedded, ordered key-value engine with a write-ahead log.
 *
 * <p>Thread-safe. Every call may throw {@code STORE_UNAVAILABLE} once {@link #close()} has begun,
 * {@code STORAGE_IO} where the file system fails and {@code STORAGE_CORRUPTED} where a file is
 * damaged. Keys are ordered as unsigned bytes.
 *
 * <p>{@link ColumnFamily#VERSIONS} changes through {@link #ingest} alone, since an ingestion that
 * overlapped a memtable would stop every writer while that is flushed. {@link ColumnFamily#LOG}
 * takes both, but never at overlapping keys at the same time.
 */
public interface StorageService extends AutoCloseable {
  /** Applies all of {@code batch} or nothing. */
  void write(StorageBatch batch, WriteSync sync);

  /** Puts every earlier {@link WriteSync#LOGGED} write on stable storage. */
  void syncWal();

  /** Begins an ingestion of sorted data into {@code family}, which is not {@code META}. */
  SortedIngest ingest(ColumnFamily family);

  /** The value of {@code key}, or null. */
  byte @Nullable [] get(ColumnFamily family, byte[] key);

  /** The first row at or above {@code from} and below {@code to}, or null. One seek. */
  @Nullable StorageRow first(ColumnFamily family, byte[] from, byte[] to);

  /** A cursor over all of {@code family} as it is now. */
  StorageIterator iterate(ColumnFamily family);

  /** Keys spread over the data of {@code family}, in any order; none where it is not in files. */
  List<byte[]> sampleKeys(ColumnFamily family);

  /**
   * Removes every key from {@code from}, inclusive, to {@code to}, exclusive, and gives whole files
   * back at once. Durable when it returns. Not for {@link ColumnFamily#VERSIONS}.
   */
  void deleteRange(ColumnFamily family, byte[] from, byte[] to);

  /** Writes the memtable of {@code family} to sorted files. */
  void flush(ColumnFamily family);

  /** Rewrites all of {@code family} so that removed entries give their space back. Blocks. */
  void compact(ColumnFamily family);

  /**
   * Makes a copy of everything that is written, as of one moment during the call, in {@code
   * directory}, which must not be there yet. Files that never change are linked; on another file
   * system they are copied. The copy is a database of its own; whoever needs it to survive a power
   * failure syncs its files.
   */
  void checkpoint(Path directory);

  /** Numbers of this moment. */
  StorageStats stats();

  /** Waits for calls inside, refuses new ones, syncs the log and closes. Idempotent. */
  @Override
  void close();
}
