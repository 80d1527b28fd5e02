package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.StoreErrors;
import io.varve.model.Value;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageIterator;
import io.varve.storage.StorageService;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The flushed content of a store at a revision, in short.
 *
 * <p>The hash is taken over every key that is there, in order. Integers are big-endian:
 *
 * <pre>
 * | key length, 4 bytes | key | revision of its version, 8 bytes
 * | content type length, 4 bytes, -1 if none | content type, ASCII | value length, 4 bytes | value |
 * </pre>
 *
 * @param keys keys that are there
 * @param sha256 64 lower-case hexadecimal digits
 */
public record StateDigest(long keys, String sha256) {
  private static final int KEYS_BETWEEN_LOOKS = 1024;

  /**
   * Reads everything. Throws {@code STORAGE_CORRUPTED} where a row cannot be read or not all of the
   * revision is flushed, and {@code SHUTTING_DOWN} once the thread is interrupted.
   */
  public static StateDigest of(StorageService storage, Revision revision) {
    requireFlushed(storage, revision);
    MessageDigest hash = newHash();
    long keys = 0;
    try (StorageIterator rows = storage.iterate(ColumnFamily.VERSIONS)) {
      FlushedCursor cursor =
          new FlushedCursor(rows, KeyRange.ALL, revision.value(), ScanOptions.first(1));
      for (Key key = cursor.key(); key != null; key = cursor.key()) {
        Value value = cursor.value();
        if (value != null) {
          add(hash, key, cursor.revision(), value);
          if (++keys % KEYS_BETWEEN_LOOKS == 0 && Thread.currentThread().isInterrupted()) {
            throw StoreErrors.shuttingDown();
          }
        }
        cursor.next();
      }
    }
    return new StateDigest(keys, HexFormat.of().formatHex(hash.digest()));
  }

  private static void requireFlushed(StorageService storage, Revision revision) {
    long flushed =
        VersionedKeyCodec.revisionOf(storage.get(ColumnFamily.VERSIONS, VersionedKeyCodec.FLUSHED));
    if (flushed < revision.value()) {
      throw StoreErrors.corrupted(
          "its sorted files end at revision " + flushed + ", below " + revision + ".", null);
    }
  }

  private static void add(MessageDigest hash, Key key, long revision, Value value) {
    addSized(hash, key.array());
    hash.update(ByteBuffer.allocate(Long.BYTES).putLong(revision).flip());
    String contentType = value.contentType();
    addSized(hash, contentType == null ? null : contentType.getBytes(StandardCharsets.US_ASCII));
    addSized(hash, value.array());
  }

  private static void addSized(MessageDigest hash, byte @Nullable [] bytes) {
    int length = bytes == null ? -1 : bytes.length;
    hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
    if (bytes != null) {
      hash.update(bytes);
    }
  }

  private static MessageDigest newHash() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
