package io.varve.config;

import io.varve.model.StoreErrors;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/** Makes the data directory, and refuses one that belongs to something else. */
final class DataDirectory {
  private static final Set<String> OURS = Set.of("db", "SYNCED", "checkpoints");

  /** A restore that was cut short may have left these. */
  private static final Set<String> OURS_FOR_A_MOMENT =
      Set.of("db.old", "restore.ready", "restore.tmp");

  /** A file system of its own has this at its root. */
  private static final String LOST_AND_FOUND = "lost+found";

  private DataDirectory() {}

  /** Throws {@code DATA_DIRECTORY_NOT_WRITABLE} or {@code NOT_A_VARVE_STORE}. */
  static void prepare(Path directory) {
    try {
      Files.createDirectories(directory);
      if (!Files.isWritable(directory)) {
        throw StoreErrors.notWritable(directory.toString(), null);
      }
      Set<String> names = names(directory);
      names.remove(LOST_AND_FOUND);
      if (!names.isEmpty() && names.stream().noneMatch(DataDirectory::isOurs)) {
        throw StoreErrors.notAVarveStore(
            directory.toString(), "it is not empty and holds none of " + new TreeSet<>(OURS) + ".");
      }
    } catch (IOException e) {
      throw StoreErrors.notWritable(directory.toString(), e);
    }
  }

  /** Bytes of the disk it is on, or will be on; the largest number where that cannot be told. */
  static long diskBytes(Path directory) {
    Path there = directory.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    try {
      long bytes = Files.getFileStore(there).getTotalSpace();
      return bytes > 0 ? bytes : Long.MAX_VALUE;
    } catch (IOException _) {
      return Long.MAX_VALUE;
    }
  }

  private static boolean isOurs(String name) {
    return OURS.contains(name) || OURS_FOR_A_MOMENT.contains(name);
  }

  private static Set<String> names(Path directory) throws IOException {
    Set<String> names = new TreeSet<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
      }
    }
    return names;
  }
}
