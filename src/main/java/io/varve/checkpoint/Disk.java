package io.varve.checkpoint;

import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file system, step by step. What a step has written is synced when it returns, except for the
 * entry in its directory: that takes a {@link #sync} of the directory. Fails with {@code
 * STORAGE_IO}.
 */
final class Disk {
  private static final Logger log = LoggerFactory.getLogger(Disk.class);
  private static final int BUFFER_BYTES = 256 * 1024;

  /** Hears of every step before it is taken, and may end the work there. */
  interface Watch {
    /** The step {@code what} is about to be taken with {@code path}. */
    void before(String what, Path path);
  }

  /** The file system as it is. */
  static final Disk REAL = new Disk((_, _) -> {});

  private final Watch watch;

  Disk(Watch watch) {
    this.watch = watch;
  }

  /** Announces a step that somebody else takes. */
  void announce(String what, Path path) {
    watch.before(what, path);
  }

  /** Makes a directory, and those above it, unless it is there. */
  void createDirectories(Path directory) {
    run("make", directory, () -> Files.createDirectories(directory));
  }

  /** Writes a new file. */
  void write(Path file, byte[] content) {
    run(
        "write",
        file,
        () -> {
          try (FileChannel channel = newFile(file)) {
            writeAll(channel, ByteBuffer.wrap(content));
            channel.force(true);
          }
        });
  }

  /** Copies a file to a new one; the SHA-256 of what was read. */
  String copy(Path from, Path to) {
    MessageDigest hash = newHash();
    run(
        "copy",
        to,
        () -> {
          try (InputStream source = Files.newInputStream(from);
              FileChannel target = newFile(to)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int length = source.read(buffer); length >= 0; length = source.read(buffer)) {
              hash.update(buffer, 0, length);
              writeAll(target, ByteBuffer.wrap(buffer, 0, length));
            }
            target.force(true);
          }
        });
    return hex(hash);
  }

  private static FileChannel newFile(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Puts a file, or the entries of a directory, on stable storage. */
  void sync(Path path) {
    run(
        "sync",
        path,
        () -> {
          try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
          }
        });
  }

  /** Syncs everything below a directory, and the directory last. */
  void syncTree(Path directory) {
    for (Path entry : list(directory)) {
      if (isDirectory(entry)) {
        syncTree(entry);
      } else {
        sync(entry);
      }
    }
    sync(directory);
  }

  /** Gives a directory another name, in one step; nothing of that name may be there. */
  void rename(Path from, Path to) {
    run("rename", from, () -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE));
  }

  /** Removes a directory with everything in it, if it is there. */
  void deleteTree(Path directory) {
    if (!exists(directory)) {
      return;
    }
    List<Path> innermostFirst = new ArrayList<>();
    run("list", directory, () -> Files.walkFileTree(directory, new Collector(innermostFirst)));
    for (Path path : innermostFirst) {
      run("delete", path, () -> Files.deleteIfExists(path));
    }
  }

  /** The same for who is failing already: what cannot be removed goes at the next start. */
  void deleteTreeQuietly(Path directory) {
    try {
      deleteTree(directory);
    } catch (StoreException e) {
      log.warn("Could not remove {}; the next start will.", directory, e);
    }
  }

  private static final class Collector extends SimpleFileVisitor<Path> {
    private final List<Path> innermostFirst;

    Collector(List<Path> innermostFirst) {
      this.innermostFirst = innermostFirst;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      innermostFirst.add(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      innermostFirst.add(directory);
      return FileVisitResult.CONTINUE;
    }
  }

  /** What is in a directory, sorted; nothing where there is none. */
  static List<Path> list(Path directory) {
    List<Path> entries = new ArrayList<>();
    if (!exists(directory)) {
      return entries;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory)) {
      found.forEach(entries::add);
    } catch (IOException e) {
      throw failed("list", directory, e);
    }
    entries.sort(null);
    return entries;
  }

  static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  static boolean isDirectory(Path path) {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }

  static boolean isFile(Path path) {
    return Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
  }

  static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  /** The SHA-256 of a file. */
  static String sha256(Path file) {
    MessageDigest hash = newHash();
    try (InputStream source = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int length = source.read(buffer); length >= 0; length = source.read(buffer)) {
        hash.update(buffer, 0, length);
      }
    } catch (IOException e) {
      throw failed("read", file, e);
    }
    return hex(hash);
  }

  static String sha256(byte[] content) {
    MessageDigest hash = newHash();
    hash.update(content);
    return hex(hash);
  }

  static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw failed("read", file, e);
    }
  }

  static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw failed("read", file, e);
    }
  }

  private static String hex(MessageDigest hash) {
    return HexFormat.of().formatHex(hash.digest());
  }

  private static MessageDigest newHash() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }

  private interface Step {
    void run() throws IOException;
  }

  private void run(String what, Path path, Step step) {
    watch.before(what, path);
    try {
      step.run();
    } catch (IOException e) {
      throw failed(what, path, e);
    }
  }

  private static StoreException failed(String what, Path path, IOException e) {
    return e instanceof ClosedByInterruptException
        ? StoreErrors.shuttingDown()
        : StoreErrors.io(what + " " + path, e.toString(), e);
  }
}
