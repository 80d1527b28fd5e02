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
 * Keeps this process and others from opening the database in a directory, while its files are
 * changed without opening it. To be given back before it is opened.
 */
public final class RocksDbLock implements AutoCloseable {
  private final OpenStores.Claim claim;
  private final @Nullable FileChannel channel;

  private RocksDbLock(OpenStores.Claim claim, @Nullable FileChannel channel) {
    this.claim = claim;
    this.channel = channel;
  }

  /**
   * Takes the lock that the database takes; where there is no database, other processes are not
   * kept out. Throws {@code STORE_LOCKED} where this process or another one has it.
   */
  public static RocksDbLock take(Path directory) {
    OpenStores.Claim claim = OpenStores.claim(directory); // or closing the file would unlock it
    boolean taken = false;
    try {
      var lock = new RocksDbLock(claim, lock(directory));
      taken = true;
      return lock;
    } finally {
      if (!taken) {
        claim.close();
      }
    }
  }

  private static @Nullable FileChannel lock(Path directory) {
    Path file = directory.resolve("LOCK");
    if (!Files.isWritable(file)) {
      return null; // the open will tell
    }
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        channel.close();
        throw StoreErrors.storeLocked(directory.toString(), null);
      }
      return channel;
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
    try (claim) {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      throw StoreErrors.io("give the lock of the store back", e.toString(), e);
    }
  }
}
