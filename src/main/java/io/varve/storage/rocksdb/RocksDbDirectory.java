package io.varve.storage.rocksdb;

import io.varve.model.StoreErrors;
import io.varve.storage.ColumnFamily;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * The directory of a store: refuses one that holds something else, before RocksDB changes anything
 * there, and owns the place where sorted files wait for their ingestion.
 */
final class RocksDbDirectory {
  /** RocksDB leaves names alone that it does not know, and a subdirectory can be linked from. */
  private static final String STAGING = "ingest";

  /** What an attempt to make a store leaves behind that ended before there was one. */
  private static final Pattern UNFINISHED =
      Pattern.compile("LOCK|IDENTITY|LOG(\\.old\\..*)?|MANIFEST-000001|\\d+\\.dbtmp|" + STAGING);

  private final Path path;

  RocksDbDirectory(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  Path staging() {
    return path.resolve(STAGING);
  }

  /** Makes the directory where it is missing; throws {@code DATA_DIRECTORY_NOT_WRITABLE}. */
  void create() {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw StoreErrors.notWritable(path.toString(), e);
    }
  }

  /**
   * Looks at what is there; throws {@code DATA_DIRECTORY_NOT_WRITABLE} or {@code
   * NOT_A_VARVE_STORE}. Returns whether RocksDB may create what is missing.
   */
  boolean prepare() {
    try {
      if (!Files.isWritable(path)) {
        throw StoreErrors.notWritable(path.toString(), null);
      }
      return Files.exists(path.resolve("CURRENT")) ? checkFamilies() : checkUnfinished();
    } catch (IOException e) {
      throw StoreErrors.notWritable(path.toString(), e);
    }
  }

  /** Throws {@code STORAGE_CORRUPTED} where there is no store; RocksDB would make a directory. */
  void requireStore() {
    if (!Files.exists(path.resolve("CURRENT"))) {
      throw StoreErrors.corrupted("directory " + path + " has no file CURRENT.", null);
    }
  }

  private boolean checkUnfinished() throws IOException {
    for (Path file : list(path)) {
      if (!UNFINISHED.matcher(file.getFileName().toString()).matches()) {
        throw StoreErrors.notAVarveStore(
            path.toString(),
            "it has no file CURRENT, but other files, such as " + file.getFileName() + ".");
      }
    }
    return true;
  }

  private boolean checkFamilies() throws IOException {
    var found = new TreeSet<>(families());
    if (found.isEmpty()) {
      return false; // RocksDB swallows the reason here; the open will name it
    }
    var expected = new TreeSet<String>();
    expected.add(name(RocksDB.DEFAULT_COLUMN_FAMILY));
    for (ColumnFamily family : ColumnFamily.values()) {
      expected.add(family.diskName());
    }
    if (found.equals(expected)) {
      return false;
    }
    // A crash may have cut the making of a store short: then nothing was written yet.
    if (expected.containsAll(found) && holdsNothing()) {
      return true;
    }
    throw StoreErrors.notAVarveStore(
        path.toString(), "its column families are " + found + " and not " + expected + ".");
  }

  private List<String> families() {
    try (var options = new Options()) {
      return RocksDB.listColumnFamilies(options, path.toString()).stream()
          .map(RocksDbDirectory::name)
          .toList();
    } catch (RocksDBException e) {
      throw RocksDbErrors.opening(path, e);
    }
  }

  private boolean holdsNothing() throws IOException {
    for (Path file : list(path)) {
      String name = file.getFileName().toString();
      if (name.endsWith(".sst") || (name.endsWith(".log") && Files.size(file) > 0)) {
        return false;
      }
    }
    return true;
  }

  /** Empties the staging directory. Only for who holds the lock of the store. */
  void clearStaging() {
    try {
      Files.createDirectories(staging());
      for (Path file : list(staging())) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw StoreErrors.notWritable(staging().toString(), e);
    }
  }

  /** Bytes that this process may still write. */
  long freeBytes() {
    try {
      return Files.getFileStore(path).getUsableSpace();
    } catch (IOException e) {
      throw StoreErrors.io("ask for the free disk space", e.toString(), e);
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    var files = new ArrayList<Path>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(files::add);
    }
    files.sort(null);
    return files;
  }

  private static String name(byte[] diskName) {
    return new String(diskName, StandardCharsets.UTF_8);
  }
}
