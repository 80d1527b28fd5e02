package io.varve.storage.rocksdb;

import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Turns what RocksDB reports into the errors of the store. */
final class RocksDbErrors {
  /** Every kind of file that RocksDB names in its messages, without the directory. */
  private static final Pattern FILE =
      Pattern.compile("\\b(?:\\d{6,}\\.(?:sst|log)|(?:MANIFEST|OPTIONS)-\\d+|CURRENT)\\b");

  private RocksDbErrors() {}

  /** The error of a call that failed to {@code operation}. */
  static StoreException translate(String operation, RocksDBException e) {
    return switch (code(e)) {
      case Corruption -> damaged(e);
      case IOError -> StoreErrors.io(operation, text(e), e);
      // A compaction that close() has called off ends as incomplete.
      case ShutdownInProgress, Incomplete ->
          StoreErrors.unavailable("The store is closing and did not finish to " + operation + ".");
      default -> StoreErrors.internal(operation, e);
    };
  }

  /** The error of an attempt to open {@code directory}. */
  static StoreException opening(Path directory, RocksDBException e) {
    String text = text(e);
    if (code(e) == Status.Code.IOError) {
      if (text.contains("/LOCK: ")) {
        return StoreErrors.storeLocked(directory.toString(), e);
      }
      if (text.contains("Permission denied") || text.contains("Read-only file system")) {
        return StoreErrors.notWritable(directory.toString(), e);
      }
      if (text.contains("No such file or directory") && FILE.matcher(text).find()) {
        return damaged(e);
      }
    }
    return translate("open", e);
  }

  static Status.Code code(RocksDBException e) {
    @Nullable Status status = e.getStatus();
    return status == null ? Status.Code.Undefined : status.getCode();
  }

  private static StoreException damaged(RocksDBException e) {
    String text = text(e);
    // Where RocksDB names several files, the first is the damaged one; others only point at it.
    Matcher file = FILE.matcher(text);
    String where = file.find() ? "File " + file.group() + ": " + text : text;
    return StoreErrors.corrupted(where.endsWith(".") ? where : where + ".", e);
  }

  private static String text(RocksDBException e) {
    String message = e.getMessage();
    return message == null ? code(e).toString() : message;
  }
}
