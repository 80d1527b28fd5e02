package io.varve.storage.rocksdb;

import io.varve.model.StoreErrors;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The directories of the stores that this process has open or is about to change, by their real
 * paths. Thread-safe.
 */
final class OpenStores {
  /*
   * RocksDB locks the file LOCK with a POSIX record lock. That belongs to the process: closing any
   * descriptor of the file gives it up, and asking for it twice is granted twice. So one process
   * has to keep itself out, and must do so before it touches the file.
   */
  private static final Set<Path> CLAIMED = ConcurrentHashMap.newKeySet();

  private OpenStores() {}

  /**
   * Claims a directory, whether it is there or not, under whatever name. Throws {@code
   * STORE_LOCKED} where this process has it already, and {@code STORAGE_IO}.
   */
  static Claim claim(Path directory) {
    Path real;
    try {
      real = real(directory.toAbsolutePath());
    } catch (IOException e) {
      throw StoreErrors.io("find directory " + directory, e.toString(), e);
    }
    if (!CLAIMED.add(real)) {
      throw StoreErrors.storeOpenHere(directory.toString());
    }
    return new Claim(real);
  }

  private static Path real(Path absolute) throws IOException {
    try {
      return absolute.toRealPath();
    } catch (NoSuchFileException e) {
      Path parent = absolute.getParent();
      if (parent == null) {
        throw e;
      }
      return real(parent).resolve(absolute.getFileName()).normalize();
    }
  }

  /** A directory that is exclusive within this process until this is closed. */
  static final class Claim implements AutoCloseable {
    private final Path real;
    private final AtomicBoolean given = new AtomicBoolean();

    private Claim(Path real) {
      this.real = real;
    }

    /** Gives the directory back. Idempotent. */
    @Override
    public void close() {
      if (given.compareAndSet(false, true)) {
        CLAIMED.remove(real);
      }
    }
  }
}
