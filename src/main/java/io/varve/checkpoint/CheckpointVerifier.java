package io.varve.checkpoint;

import io.varve.model.ErrorCode;
import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.mvcc.StateDigest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Looks at every byte of a checkpoint. Changes none. */
final class CheckpointVerifier {
  /** More than these nobody reads. */
  private static final int MAX_PROBLEMS = 100;

  static final String DATABASE = "db";

  private final CheckpointContent content;

  CheckpointVerifier(CheckpointContent content) {
    this.content = content;
  }

  /** What is found; damage is no exception. */
  CheckpointVerification verify(CheckpointId id, Path checkpoint) {
    long started = System.nanoTime();
    List<String> problems = new ArrayList<>();
    SortedMap<String, Path> files = Sums.files(checkpoint);
    compareSums(checkpoint, files, problems);
    CheckpointManifest manifest = ManifestFile.read(checkpoint);
    if (manifest == null) {
      problems.add("File " + ManifestFile.NAME + " is no manifest.");
    } else if (!manifest.id().equals(id.text())) {
      problems.add("The manifest is that of another checkpoint.");
    }
    StateDigest digest =
        manifest != null && problems.isEmpty()
            ? compareContent(checkpoint, manifest, problems)
            : null;
    long bytes = 0;
    for (Path file : files.values()) {
      bytes += Disk.isFile(file) ? Disk.size(file) : 0;
    }
    return new CheckpointVerification(
        id.text(),
        problems.isEmpty(),
        problems.stream().limit(MAX_PROBLEMS).toList(),
        files.size(),
        bytes,
        digest == null ? 0 : digest.keys(),
        manifest == null ? 0 : manifest.revision(),
        Duration.ofNanos(System.nanoTime() - started));
  }

  private static void compareSums(
      Path checkpoint, SortedMap<String, Path> files, List<String> problems) {
    Map<String, String> missing = sums(checkpoint);
    if (missing.isEmpty()) {
      problems.add("File " + Sums.NAME + " is missing, or was changed.");
      return;
    }
    files.forEach(
        (name, file) -> {
          String expected = missing.remove(name);
          if (expected == null) {
            problems.add("File " + name + " does not belong to it.");
          } else if (!expected.equals(sumOf(file))) {
            problems.add("File " + name + " was changed, or cannot be read.");
          }
        });
    missing.keySet().forEach(name -> problems.add("File " + name + " is missing."));
    for (Path entry : Disk.list(checkpoint)) {
      if (Disk.isDirectory(entry) && !Disk.name(entry).equals(DATABASE)) {
        problems.add("Directory " + Disk.name(entry) + " does not belong to it.");
      }
    }
    for (Path entry : Disk.list(checkpoint.resolve(DATABASE))) {
      if (Disk.isDirectory(entry)) {
        problems.add("Directory " + DATABASE + "/" + Disk.name(entry) + " does not belong to it.");
      }
    }
  }

  /** The sums by path; empty if the file cannot be read or was changed. */
  private static Map<String, String> sums(Path checkpoint) {
    Path file = checkpoint.resolve(Sums.NAME);
    if (!Disk.isFile(file)) {
      return Map.of();
    }
    SortedMap<String, String> sums = Sums.parse(Disk.read(file));
    return sums == null ? Map.of() : new TreeMap<>(sums);
  }

  /** The sum of a file, or null where it cannot be read: a bad disk is damage as well. */
  private static @Nullable String sumOf(Path file) {
    try {
      return Disk.isFile(file) ? Disk.sha256(file) : null;
    } catch (StoreException e) {
      throwIfStopping(e);
      return null;
    }
  }

  private @Nullable StateDigest compareContent(
      Path checkpoint, CheckpointManifest manifest, List<String> problems) {
    try {
      StateDigest digest =
          content.digest(checkpoint.resolve(DATABASE), new Revision(manifest.revision()));
      if (digest.keys() != manifest.keys()) {
        problems.add(
            "It has " + digest.keys() + " keys; at its creation it had " + manifest.keys() + ".");
      } else if (!digest.sha256().equals(manifest.contentSha256())) {
        problems.add("Its content is not what it was at its creation.");
      }
      return digest;
    } catch (StoreException e) {
      throwIfStopping(e);
      problems.add("Its database cannot be read: " + e.detail());
    } catch (IllegalArgumentException _) {
      problems.add("The manifest names no revision.");
    }
    return null;
  }

  private static void throwIfStopping(StoreException e) {
    if (e.code() == ErrorCode.SHUTTING_DOWN) {
      throw e;
    }
  }
}
