package io.varve.storage.rocksdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.model.OwnDirectory;
import io.varve.model.StoreErrors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/** Loads the native library of RocksDB, which has to be a file. Thread-safe. */
public final class RocksDbLibrary {
  /*
   * RocksDB unpacks its library under a new name and deletes it at the end, so a process that is
   * killed leaves 17 MB behind. Here there is one file for all processes of a user, which stays:
   *
   *   <own directory>/lock     held while the file is looked at and loaded
   *                  /new      being unpacked, with the lock held
   *                  /lib...   whole, since it is `new` renamed
   *
   * The file is compared with the one in the jar, byte by byte, before it is loaded. One of another
   * version is replaced like a damaged one: who has loaded the old file keeps it.
   */
  private static final String IN_JAR = Environment.getJniLibraryFileName("rocksdb");

  /** What {@link RocksDB#loadLibrary(List)} looks for. */
  static final String NAME = Environment.getJniLibraryFileName("rocksdbjni");

  private static final int BUFFER_BYTES = 64 * 1024;

  @GuardedBy("RocksDbLibrary.class")
  private static boolean loaded;

  private RocksDbLibrary() {}

  /**
   * Loads the library unless it is loaded. Where the variable {@code ROCKSDB_SHAREDLIB_DIR} is set,
   * or the jar does not carry the library, RocksDB looks for it by itself. Throws {@code
   * STORAGE_IO} where it cannot be unpacked or loaded.
   */
  public static synchronized void load() {
    if (loaded) {
      return;
    }
    boolean carried = RocksDB.class.getClassLoader().getResource(IN_JAR) != null;
    if (carried && OwnDirectory.isSupported() && System.getenv("ROCKSDB_SHAREDLIB_DIR") == null) {
      load(OwnDirectory.path());
    } else {
      RocksDB.loadLibrary();
    }
    loaded = true;
  }

  /** Unpacks the library into a directory, unless it is there, and loads it. */
  static void load(Path directory) {
    try {
      OwnDirectory.make(directory);
      try (FileChannel channel =
              FileChannel.open(
                  directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock _ = channel.lock()) {
        unpack(directory);
        RocksDB.loadLibrary(List.of(directory.toString()));
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      throw StoreErrors.libraryNotLoaded(directory.toString(), e);
    }
  }

  private static void unpack(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    Path unpacked = directory.resolve("new");
    Files.deleteIfExists(unpacked); // of a process that was killed
    if (isWhole(file)) {
      return;
    }
    try (InputStream source = open()) {
      Files.copy(source, unpacked);
      Files.move(unpacked, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unpacked);
    }
  }

  private static boolean isWhole(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (InputStream expected = open();
        InputStream found = Files.newInputStream(file)) {
      byte[] block;
      do {
        block = expected.readNBytes(BUFFER_BYTES);
        if (!Arrays.equals(block, found.readNBytes(BUFFER_BYTES))) {
          return false;
        }
      } while (block.length == BUFFER_BYTES);
      return true;
    }
  }

  private static InputStream open() {
    return Objects.requireNonNull(RocksDB.class.getClassLoader().getResourceAsStream(IN_JAR));
  }
}
