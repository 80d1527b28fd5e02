package io.varve.mvcc;

import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The side file {@code SYNCED}: store id and last synced revision, one a line, in ASCII.
 *
 * <p>It is written about once a second, never on the way of a commit, and is a lower bound of what
 * a start must find. A write-ahead log that lost synced records at its end looks sound to the
 * engine; this file tells. Used by one thread at a time.
 */
final class SyncedFile {
  private static final String NAME = "SYNCED";
  private static final Pattern CONTENT = Pattern.compile("([0-9a-f]{16})\n([0-9]{1,16})\n");

  private final Path directory;
  private final Path file;

  SyncedFile(Path directory) {
    this.directory = directory;
    this.file = directory.resolve(NAME);
  }

  /** The revision in the file; 0 if there is no file, or one of another store. */
  long read(StoreId storeId) {
    try {
      Matcher content = CONTENT.matcher(Files.readString(file, StandardCharsets.US_ASCII));
      if (!content.matches()) {
        throw damaged(null);
      }
      long revision = new Revision(Long.parseLong(content.group(2))).value();
      return content.group(1).equals(storeId.text()) ? revision : 0;
    } catch (NoSuchFileException _) {
      return 0;
    } catch (IOException | IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  /** The revision in the file, whatever the store; 0 if there is no file that can be read. */
  long readOfAnyStore() {
    try {
      Matcher content = CONTENT.matcher(Files.readString(file, StandardCharsets.US_ASCII));
      return content.matches() ? Long.parseLong(content.group(2)) : 0;
    } catch (IOException _) {
      return 0;
    }
  }

  private RuntimeException damaged(@Nullable Throwable cause) {
    return StoreErrors.corrupted("file " + file + " cannot be read.", cause);
  }

  /** Replaces the file: temporary file, fsync, rename, fsync of the directory. */
  void write(StoreId storeId, long revision) {
    Path temporary = directory.resolve(NAME + ".tmp");
    byte[] content = (storeId.text() + "\n" + revision + "\n").getBytes(StandardCharsets.US_ASCII);
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      try (FileChannel parent = FileChannel.open(directory, StandardOpenOption.READ)) {
        parent.force(true);
      }
    } catch (IOException e) {
      throw StoreErrors.io("write " + file, String.valueOf(e.getMessage()), e);
    }
  }
}
