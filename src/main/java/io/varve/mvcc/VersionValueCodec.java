package io.varve.mvcc;

import io.varve.model.StoreErrors;
import io.varve.model.Value;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The values of the {@code versions} column family, also used for each operation in a log record.
 *
 * <pre>
 * | flags, 1 byte | content type: length (varint), ASCII | expiry, 8 bytes | user bytes to the end |
 * flags: 01 delete (nothing follows), 02 content type is there, 04 expiry is there
 * </pre>
 *
 * <p>The expiry is reserved: this version never writes one and refuses to open a row that has it.
 */
final class VersionValueCodec {
  private static final int DELETE = 1;
  private static final int CONTENT_TYPE = 2;
  private static final byte[] TOMBSTONE = {DELETE};

  private VersionValueCodec() {}

  /** The row of a put, or of a delete where {@code value} is null. */
  static byte[] encode(@Nullable Value value) {
    if (value == null) {
      return TOMBSTONE.clone();
    }
    ByteBuffer row = ByteBuffer.allocate(size(value));
    write(row, value);
    return row.array();
  }

  /** Bytes that {@link #write} takes. */
  static int size(@Nullable Value value) {
    if (value == null) {
      return 1;
    }
    String contentType = value.contentType();
    int header = contentType == null ? 1 : 1 + sizeOf(contentType);
    return header + value.length();
  }

  static void write(ByteBuffer target, @Nullable Value value) {
    if (value == null) {
      target.put((byte) DELETE);
      return;
    }
    String contentType = value.contentType();
    if (contentType == null) {
      target.put((byte) 0);
    } else {
      target.put((byte) CONTENT_TYPE);
      byte[] ascii = contentType.getBytes(StandardCharsets.US_ASCII);
      Varints.put(target, ascii.length);
      target.put(ascii);
    }
    target.put(value.array());
  }

  /** The value, or null for a delete. Throws {@code STORAGE_CORRUPTED} for anything else. */
  static @Nullable Value decode(byte[] row) {
    return read(ByteBuffer.wrap(row));
  }

  /** Bytes of a row that tell a put from a delete. */
  static final int HEAD_BYTES = 2;

  /**
   * An empty value for a put, or null for a delete, from the first {@link #HEAD_BYTES} of a row.
   * Throws as {@link #decode} does.
   */
  static @Nullable Value decodeHead(byte[] head) {
    if (head.length == 0) {
      throw StoreErrors.corrupted("a version is cut short.", null);
    }
    if (head[0] == DELETE && head.length == 1) {
      return null;
    }
    requireKnown(head[0]);
    return Value.EMPTY;
  }

  private static void requireKnown(int flags) {
    if ((flags & ~CONTENT_TYPE) != 0) {
      throw StoreErrors.corrupted("a version has unknown flags " + flags + ".", null);
    }
  }

  /** Like {@link #decode}, of everything that is left in {@code row}. */
  static @Nullable Value read(ByteBuffer row) {
    try {
      int flags = row.get();
      if (flags == DELETE && !row.hasRemaining()) {
        return null;
      }
      requireKnown(flags);
      String contentType =
          (flags & CONTENT_TYPE) == 0
              ? null
              : new String(Varints.getBytes(row), StandardCharsets.US_ASCII);
      if (contentType != null && !Value.isContentType(contentType)) {
        throw StoreErrors.corrupted("a version has no sound content type.", null);
      }
      byte[] bytes = new byte[row.remaining()];
      row.get(bytes);
      return Value.wrap(bytes, contentType);
    } catch (BufferUnderflowException e) {
      throw StoreErrors.corrupted("a version is cut short.", e);
    }
  }

  private static int sizeOf(String contentType) {
    return Varints.size(contentType.length()) + contentType.length();
  }
}
