package io.varve.storage.rocksdb;

import io.varve.storage.StorageIterator;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A cursor over a column family. Inside the gate from its making until it is closed. */
final class RocksDbIterator implements StorageIterator {
  private final OperationGate gate;
  private final int entry;
  private final ReadOptions options;
  private final RocksIterator cursor;

  /** Whether the cursor is on a key; native code must not be asked to move or read otherwise. */
  private boolean onKey;

  private boolean closed;

  /** Takes the options and the entry into the gate over. */
  RocksDbIterator(
      RocksDB db, ColumnFamilyHandle family, ReadOptions options, OperationGate gate, int entry) {
    this.gate = gate;
    this.entry = entry;
    this.options = NativeHandles.track(options);
    this.cursor = NativeHandles.track(db.newIterator(family, options));
  }

  @Override
  public void seek(byte[] key) {
    checkOpen();
    cursor.seek(key);
    onKey = cursor.isValid();
  }

  @Override
  public void seekForPrev(byte[] key) {
    checkOpen();
    cursor.seekForPrev(key);
    onKey = cursor.isValid();
  }

  @Override
  public void seekToFirst() {
    checkOpen();
    cursor.seekToFirst();
    onKey = cursor.isValid();
  }

  @Override
  public void seekToLast() {
    checkOpen();
    cursor.seekToLast();
    onKey = cursor.isValid();
  }

  @Override
  public void next() {
    checkOnKey();
    cursor.next();
    onKey = cursor.isValid();
  }

  @Override
  public void prev() {
    checkOnKey();
    cursor.prev();
    onKey = cursor.isValid();
  }

  @Override
  public boolean valid() {
    checkOpen();
    if (onKey) {
      return true;
    }
    try {
      cursor.status();
      return false;
    } catch (RocksDBException e) {
      throw RocksDbErrors.translate("read", e);
    }
  }

  @Override
  public byte[] key() {
    checkOnKey();
    return cursor.key();
  }

  @Override
  public byte[] value() {
    checkOnKey();
    return cursor.value();
  }

  @Override
  public byte[] value(int most) {
    checkOnKey();
    byte[] first = new byte[most];
    int length = cursor.value(ByteBuffer.wrap(first));
    return length < most ? Arrays.copyOf(first, length) : first;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      NativeHandles.close(cursor);
      NativeHandles.close(options);
    } finally {
      gate.exit(entry);
    }
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("The cursor is closed.");
    }
  }

  private void checkOnKey() {
    checkOpen();
    if (!onKey) {
      throw new IllegalStateException("The cursor is not on a key.");
    }
  }
}
