package io.varve.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.storage.ColumnFamily;
import io.varve.storage.SortedIngest;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/** What the tests of the engine share: small settings, rows, and the files of a store. */
final class RocksDbTestStore {
  private static final int VALUE_BYTES = 1_000;

  private RocksDbTestStore() {}

  /** Small buffers, so that a test sees several files. */
  static RocksDbSettings settings(Path directory) {
    return RocksDbSettings.defaults(directory)
        .withBlockCacheBytes(8 << 20)
        .withWriteBufferBytes(1 << 20, 256 << 10)
        .withSstTargetBytes(256 << 10);
  }

  static RocksDbStorageService open(Path directory) {
    return RocksDbStorageService.open(settings(directory));
  }

  static byte[] key(int number) {
    return bytes(String.format(Locale.ROOT, "key-%08d", number));
  }

  /** A value that does not compress. */
  static byte[] value(int number) {
    byte[] value = new byte[VALUE_BYTES];
    new Random(number).nextBytes(value);
    return value;
  }

  /** Ingests the rows from one number, inclusive, to another, exclusive. */
  static void ingest(StorageService storage, ColumnFamily family, int from, int to) {
    try (SortedIngest ingest = storage.ingest(family)) {
      for (int number = from; number < to; number++) {
        ingest.put(key(number), value(number));
      }
      ingest.commit();
    }
  }

  /** Ingests deletes of the rows from one number, inclusive, to another, exclusive. */
  static void ingestDeletes(StorageService storage, ColumnFamily family, int from, int to) {
    try (SortedIngest ingest = storage.ingest(family)) {
      for (int number = from; number < to; number++) {
        ingest.delete(key(number));
      }
      ingest.commit();
    }
  }

  /** How many rows there are; checks that each is the one that was written under its key. */
  static int countRows(StorageService storage, ColumnFamily family) {
    int count = 0;
    try (StorageIterator cursor = storage.iterate(family)) {
      for (cursor.seekToFirst(); cursor.valid(); cursor.next()) {
        int number = Integer.parseInt(text(cursor.key()).substring("key-".length()));
        assertThat(cursor.value()).isEqualTo(value(number));
        count++;
      }
    }
    return count;
  }

  /** The files in a directory whose names end like this. */
  static List<Path> files(Path directory, String ending) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.getFileName().toString().endsWith(ending)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static long bytesOnDisk(Path directory, String ending) throws IOException {
    long bytes = 0;
    for (Path file : files(directory, ending)) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  /** Turns over a bit of the byte at a share of the file's length, 0 to 1. */
  static void damage(Path file, double share) throws IOException {
    byte[] content = Files.readAllBytes(file);
    int at = (int) Math.min(content.length - 1, Math.round(content.length * share));
    content[at] ^= 0x10;
    Files.write(file, content);
  }

  /** What a crash of the process at this moment would leave, in another directory. */
  static void copyAsAfterCrash(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    List<Path> files = new ArrayList<>(files(from, ""));
    for (Path file : files) {
      if (Files.isRegularFile(file) && !file.endsWith("LOCK")) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
