package io.varve.txn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Copies, measures and damages the files of a store. */
final class StoreFiles {
  private static final int COPY_ATTEMPTS = 100;

  private StoreFiles() {}

  /**
   * What a kill of the process at this moment would leave. Copies again as long as the engine's own
   * threads change the set of files meanwhile.
   */
  static void copyAsKilled(Path from, Path to) {
    for (int attempt = 0; attempt < COPY_ATTEMPTS; attempt++) {
      deleteAll(to);
      try {
        var before = sizes(from);
        copy(from, to);
        if (before.equals(sizes(from))) {
          return;
        }
      } catch (NoSuchFileException _) {
        // A compaction removed a file between listing and copying.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalStateException("The files of the store never stood still.");
  }

  private static void copy(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path target = to.resolve(from.relativize(file));
      Files.createDirectories(target.getParent());
      if (!file.endsWith("LOCK")) {
        Files.copy(file, target);
      }
    }
  }

  private static Map<String, Long> sizes(Path directory) throws IOException {
    var sizes = new TreeMap<String, Long>();
    for (Path file : files(directory)) {
      // The engine's own text log grows all the time and is not part of the store.
      if (!file.getFileName().toString().startsWith("LOG")) {
        sizes.put(file.toString(), Files.size(file));
      }
    }
    return sizes;
  }

  /** All files below {@code directory}, sorted. */
  static List<Path> files(Path directory) throws IOException {
    var files = new ArrayList<Path>();
    if (Files.isDirectory(directory)) {
      try (Stream<Path> entries = Files.list(directory)) {
        for (Path entry : entries.sorted().toList()) {
          if (Files.isDirectory(entry)) {
            files.addAll(files(entry));
          } else {
            files.add(entry);
          }
        }
      }
    }
    return files;
  }

  /** The files of {@code directory} whose names end like this, sorted. */
  static List<Path> endingWith(Path directory, String ending) throws IOException {
    return files(directory).stream().filter(file -> file.toString().endsWith(ending)).toList();
  }

  static long bytes(Path directory) throws IOException {
    long bytes = 0;
    for (Path file : files(directory)) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  static void deleteAll(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> entries = Files.walk(directory)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
