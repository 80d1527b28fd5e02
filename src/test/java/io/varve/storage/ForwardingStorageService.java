package io.varve.storage;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** Passes every call on; a test overrides the ones it wants to watch, delay or fail. */
@NullMarked
public class ForwardingStorageService implements StorageService {
  private final StorageService delegate;

  /** Passes calls on to {@code delegate}. */
  protected ForwardingStorageService(StorageService delegate) {
    this.delegate = delegate;
  }

  @Override
  public void write(StorageBatch batch, WriteSync sync) {
    delegate.write(batch, sync);
  }

  @Override
  public void syncWal() {
    delegate.syncWal();
  }

  @Override
  public SortedIngest ingest(ColumnFamily family) {
    return delegate.ingest(family);
  }

  @Override
  public byte @Nullable [] get(ColumnFamily family, byte[] key) {
    return delegate.get(family, key);
  }

  @Override
  public @Nullable StorageRow first(ColumnFamily family, byte[] from, byte[] to) {
    return delegate.first(family, from, to);
  }

  @Override
  public StorageIterator iterate(ColumnFamily family) {
    return delegate.iterate(family);
  }

  @Override
  public List<byte[]> sampleKeys(ColumnFamily family) {
    return delegate.sampleKeys(family);
  }

  @Override
  public void deleteRange(ColumnFamily family, byte[] from, byte[] to) {
    delegate.deleteRange(family, from, to);
  }

  @Override
  public void flush(ColumnFamily family) {
    delegate.flush(family);
  }

  @Override
  public void compact(ColumnFamily family) {
    delegate.compact(family);
  }

  @Override
  public void checkpoint(Path directory) {
    delegate.checkpoint(directory);
  }

  @Override
  public StorageStats stats() {
    return delegate.stats();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
