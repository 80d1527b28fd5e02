package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the {@code versions} column family. Integers are big-endian.
 *
 * <pre>
 * a version:    | user key, each 00 written as 00 FF | 00 00 | inverted revision, 8 bytes |
 * reserved row: | 00 00 | name in ASCII |
 * </pre>
 *
 * <p>The escape keeps the order of user keys and makes the terminator unambiguous; inverting the
 * revision sorts the newest version first, so that a read at a revision is one seek. A user key has
 * at least one byte, so the smallest version row begins with {@code 00 FF} or more and every
 * reserved row sorts below all of them.
 */
final class VersionedKeyCodec {
  /**
   * Reserved row: the pruned-to revision as of the last removal, 8 bytes. It is also in {@code
   * meta}; here no damage to the log can take it away from the removal that it belongs to.
   */
  static final byte[] FLOOR = reserved("floor");

  /** Reserved row: the flushed revision, 8 bytes. */
  static final byte[] FLUSHED = reserved("flushed");

  /** Reserved row: the prune position, a revision of 8 bytes. */
  static final byte[] PRUNED = reserved("pruned");

  /** Below every version and above every reserved row. */
  static final byte[] FIRST_VERSION = {0, 1};

  private static final int TERMINATOR_BYTES = 2;
  private static final byte ESCAPE = (byte) 0xFF;

  private VersionedKeyCodec() {}

  /** The row of {@code key} at {@code revision}; also where a read at that revision seeks. */
  static byte[] encode(Key key, long revision) {
    byte[] row = prefix(key, Long.BYTES);
    ByteBuffer.wrap(row).putLong(row.length - Long.BYTES, ~revision);
    return row;
  }

  /** Below every row of {@code key} and above every row of smaller keys. */
  static byte[] lowerBound(Key key) {
    return prefix(key, 0);
  }

  /** Above every row of {@code key} and below every row of larger keys. */
  static byte[] upperBound(Key key) {
    byte[] bound = prefix(key, 0);
    bound[bound.length - 1] = 1;
    return bound;
  }

  /** The first row that a scan of {@code range} may meet. */
  static byte[] lowerBound(KeyRange range) {
    return range.start() == null ? FIRST_VERSION : lowerBound(range.start());
  }

  /** The first row past a scan of {@code range}, or null where the range has no end. */
  static byte @Nullable [] upperBound(KeyRange range) {
    return range.end() == null ? null : lowerBound(range.end());
  }

  /** The user key of a version row. Throws {@code STORAGE_CORRUPTED} if it is none. */
  static Key key(byte[] row) {
    int escapedLength = prefixLength(row) - TERMINATOR_BYTES;
    if (row[escapedLength] != 0 || row[escapedLength + 1] != 0) {
      throw damaged(row);
    }
    byte[] key = new byte[escapedLength];
    int length = 0;
    for (int i = 0; i < escapedLength; i++) {
      key[length++] = row[i];
      if (row[i] == 0 && row[++i] != ESCAPE) {
        throw damaged(row);
      }
    }
    return Key.wrap(length == escapedLength ? key : Arrays.copyOf(key, length));
  }

  /** The revision of a version row. Throws {@code STORAGE_CORRUPTED} if it has none. */
  static long revision(byte[] row) {
    long revision = ~ByteBuffer.wrap(row).getLong(prefixLength(row));
    if (revision < 1 || revision > Revision.MAX_VALUE) {
      throw damaged(row);
    }
    return revision;
  }

  /** What all rows of the user key of a version row begin with: its {@link #lowerBound(Key)}. */
  static byte[] prefix(byte[] row) {
    return Arrays.copyOf(row, prefixLength(row));
  }

  /** Whether {@code row} belongs to the user key whose {@link #lowerBound(Key)} is given. */
  static boolean belongsTo(byte[] row, byte[] lowerBound) {
    return row.length == lowerBound.length + Long.BYTES
        && Arrays.equals(row, 0, lowerBound.length, lowerBound, 0, lowerBound.length);
  }

  private static int prefixLength(byte[] row) {
    int length = row.length - Long.BYTES;
    if (length <= TERMINATOR_BYTES) {
      throw damaged(row);
    }
    return length;
  }

  private static RuntimeException damaged(byte[] row) {
    return StoreErrors.corrupted("a row of " + row.length + " bytes is no version.", null);
  }

  private static byte[] prefix(Key key, int extraBytes) {
    byte[] bytes = key.array();
    int zeros = 0;
    for (byte b : bytes) {
      if (b == 0) {
        zeros++;
      }
    }
    byte[] row = new byte[bytes.length + zeros + TERMINATOR_BYTES + extraBytes];
    if (zeros == 0) {
      System.arraycopy(bytes, 0, row, 0, bytes.length);
      return row;
    }
    int at = 0;
    for (byte b : bytes) {
      row[at++] = b;
      if (b == 0) {
        row[at++] = ESCAPE;
      }
    }
    return row;
  }

  private static byte[] reserved(String name) {
    byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
    byte[] row = new byte[TERMINATOR_BYTES + ascii.length];
    System.arraycopy(ascii, 0, row, TERMINATOR_BYTES, ascii.length);
    return row;
  }

  /** The 8 bytes of a revision in a reserved row. */
  static byte[] revisionBytes(long revision) {
    return ByteBuffer.allocate(Long.BYTES).putLong(revision).array();
  }

  /**
   * Reads {@link #revisionBytes}; 0 where the row is absent. Throws {@code STORAGE_CORRUPTED} for
   * anything else.
   */
  static long revisionOf(byte @Nullable [] value) {
    if (value == null) {
      return 0;
    }
    long revision = value.length == Long.BYTES ? ByteBuffer.wrap(value).getLong() : -1;
    if (revision < 0 || revision > Revision.MAX_VALUE) {
      throw StoreErrors.corrupted("a reserved row holds no revision.", null);
    }
    return revision;
  }
}
