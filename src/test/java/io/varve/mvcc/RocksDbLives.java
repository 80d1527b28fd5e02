package io.varve.mvcc;

import io.varve.storage.StorageService;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** A RocksDB that goes on, after a crash, with a copy of the files of that moment. */
@NullMarked
final class RocksDbLives {
  private final Path directory;
  private int life;

  RocksDbLives(Path directory) {
    this.directory = directory;
  }

  private Path database() {
    return directory.resolve("db" + life);
  }

  StorageService open() {
    return RocksDbStorageService.open(
        RocksDbSettings.defaults(database())
            .withBlockCacheBytes(4 << 20)
            .withWriteBufferBytes(1 << 20, 256 << 10));
  }

  /** Goes on with a copy of the files as they are at this moment. */
  void crash(StorageService abandoned) {
    Path before = database();
    try {
      Map<Path, Long> files;
      do {
        life++;
        files = filesOf(before);
      } while (!copy(files.keySet()) || !files.equals(filesOf(before)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    abandoned.close();
  }

  /** False where the engine removed a file meanwhile: then the copy is of no moment at all. */
  private boolean copy(Set<Path> files) throws IOException {
    Files.createDirectories(database());
    for (Path file : files) {
      try {
        Files.copy(file, database().resolve(file.getFileName()));
      } catch (NoSuchFileException _) {
        return false;
      }
    }
    return true;
  }

  private static Map<Path, Long> filesOf(Path database) throws IOException {
    Map<Path, Long> sizes = new HashMap<>();
    try (Stream<Path> files = Files.list(database)) {
      for (Path file : files.filter(f -> Files.isRegularFile(f) && !f.endsWith("LOCK")).toList()) {
        sizes.put(file, file.toFile().length());
      }
    }
    return sizes;
  }

  /** Begins anew. */
  void wipe() {
    life++;
  }
}
