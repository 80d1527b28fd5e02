package io.varve.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Where the stores of a run are. Goes with the process, also when that is interrupted. */
public final class RunDirectory {
  private final Path path;
  private int stores;

  private RunDirectory(Path path) {
    this.path = path;
  }

  /** Makes one in {@code parent}. */
  public static RunDirectory in(Path parent) throws IOException {
    Files.createDirectories(parent);
    Path path = Files.createTempDirectory(parent, "varve-bench-");
    if (Files.getFileStore(path).type().equals("tmpfs")) {
      System.err.println(
          parent + " is in memory, where syncing costs nothing. Choose a disk with --dir.");
    }
    RunDirectory directory = new RunDirectory(path);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> deleteQuietly(path)));
    return directory;
  }

  /** A directory that is not there yet. */
  public Path next() {
    return path.resolve(Integer.toString(++stores));
  }

  /** What file system the stores are on. */
  String fileSystem() throws IOException {
    return Files.getFileStore(path).type();
  }

  static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return skipIfGone(e);
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void deleteQuietly(Path directory) {
    try {
      delete(directory);
    } catch (IOException e) {
      System.err.println("Could not remove " + directory + ": " + e);
    }
  }

  /** Bytes of all files below a directory whose store may be at work. */
  static long bytes(Path directory) throws IOException {
    long[] bytes = new long[1];
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            return skipIfGone(e);
          }
        });
    return bytes[0];
  }

  /** Copies a store that nobody has open. */
  static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, to.resolve(from.relativize(file)));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  private static FileVisitResult skipIfGone(IOException e) throws IOException {
    if (e instanceof NoSuchFileException) {
      return FileVisitResult.CONTINUE;
    }
    throw e;
  }
}
