package io.varve.mvcc;

import io.varve.storage.ColumnFamily;
import io.varve.storage.ForwardingStorageService;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import org.jspecify.annotations.NullMarked;

/** Counts how often cursors move. */
@NullMarked
final class CountedStorage extends ForwardingStorageService {
  long moves;

  CountedStorage(StorageService delegate) {
    super(delegate);
  }

  @Override
  public StorageIterator iterate(ColumnFamily family) {
    return new Counted(super.iterate(family));
  }

  private final class Counted implements StorageIterator {
    private final StorageIterator rows;

    Counted(StorageIterator rows) {
      this.rows = rows;
    }

    @Override
    public void seek(byte[] key) {
      moves++;
      rows.seek(key);
    }

    @Override
    public void seekForPrev(byte[] key) {
      moves++;
      rows.seekForPrev(key);
    }

    @Override
    public void seekToFirst() {
      moves++;
      rows.seekToFirst();
    }

    @Override
    public void seekToLast() {
      moves++;
      rows.seekToLast();
    }

    @Override
    public void next() {
      moves++;
      rows.next();
    }

    @Override
    public void prev() {
      moves++;
      rows.prev();
    }

    @Override
    public boolean valid() {
      return rows.valid();
    }

    @Override
    public byte[] key() {
      return rows.key();
    }

    @Override
    public byte[] value() {
      return rows.value();
    }

    @Override
    public byte[] value(int most) {
      return rows.value(most);
    }

    @Override
    public void close() {
      rows.close();
    }
  }
}
