package io.varve.storage;

/**
 * A cursor over one column family, in unsigned byte order, at the state of the moment it was
 * opened. Starts unpositioned. Used by one thread; must be closed. Keeps the storage open: {@link
 * StorageService#close()} waits for it.
 */
public interface StorageIterator extends AutoCloseable {
  /** Moves to the first key at or above {@code key}. */
  void seek(byte[] key);

  /** Moves to the last key at or below {@code key}. */
  void seekForPrev(byte[] key);

  /** Moves to the first key. */
  void seekToFirst();

  /** Moves to the last key. */
  void seekToLast();

  /** Moves one key up; only while {@link #valid()}. */
  void next();

  /** Moves one key down; only while {@link #valid()}. */
  void prev();

  /**
   * Whether the cursor is on a key. Throws {@code STORAGE_CORRUPTED} or {@code STORAGE_IO} where it
   * stopped at damage and not at the end.
   */
  boolean valid();

  /** The key, a fresh array; only while {@link #valid()}. */
  byte[] key();

  /** The value, a fresh array; only while {@link #valid()}. */
  byte[] value();

  /** The first bytes of the value, {@code most} or all it has; only while {@link #valid()}. */
  byte[] value(int most);

  @Override
  void close();
}
