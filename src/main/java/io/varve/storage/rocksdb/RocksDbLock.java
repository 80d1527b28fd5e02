package io.varve.storage.rocksdb;

import io.varve.model.StoreErrors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other processes from opening the database in a directory, while this one changes its files
 * without opening it. To be given back before this process opens it.
 */
public final class RocksDbLock implements AutoCloseable {
  private final @Nullable FileChannel channel;

  private RocksDbLock(@Nullable FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock that the database takes; none where there is no database. Throws {@code
   * STORE_LOCKED} where another process has it.
   */
  public static RocksDbLock take(Path directory) {
    Path file = directory.resolve("LOCK");
    if (!Files.isWritable(file)) {
      return new RocksDbLock(null); // the open will tell
    }
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw StoreErrors.storeLocked(directory.toString(), null);
      }
      return new RocksDbLock(channel);
    } catch (IOException e) {
      throw StoreErrors.io("lock " + file, e.toString(), e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null;
    }
  }

  @Override
  public void close() {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw StoreErrors.io("give the lock of the store back", e.toString(), e);
      }
    }
  }
}
