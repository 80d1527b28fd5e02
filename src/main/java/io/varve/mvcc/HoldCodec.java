package io.varve.mvcc;

import io.varve.model.Hold;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageBatch;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rows of holds in {@code meta}. Names are ASCII, integers big-endian, times ms since 1970.
 *
 * <pre>
 * hold/ id, 16 hexadecimal digits   | revision, 8 bytes | made at, 8 | ends at, 8
 *                                     | 1 if a label follows, else 0; 1 | label, UTF-8 |
 * </pre>
 */
final class HoldCodec {
  /** What the names of the rows begin with. */
  static final byte[] PREFIX = "hold/".getBytes(StandardCharsets.US_ASCII);

  private static final int HEAD_BYTES = 3 * Long.BYTES + 1;
  private static final Pattern ID = Pattern.compile("[0-9a-f]{16}");

  private HoldCodec() {}

  static byte[] key(String id) {
    byte[] digits = id.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(PREFIX.length + digits.length).put(PREFIX).put(digits).array();
  }

  static StorageBatch put(StorageBatch rows, Hold hold) {
    String label = hold.label();
    byte[] text = label == null ? new byte[0] : label.getBytes(StandardCharsets.UTF_8);
    ByteBuffer row =
        ByteBuffer.allocate(HEAD_BYTES + text.length)
            .putLong(hold.revision().value())
            .putLong(hold.createdAt().toEpochMilli())
            .putLong(hold.expiresAt().toEpochMilli())
            .put((byte) (label == null ? 0 : 1))
            .put(text);
    return rows.put(ColumnFamily.META, key(hold.id()), row.array());
  }

  /** Throws {@code STORAGE_CORRUPTED} for a row that none can be. */
  static Hold decode(byte[] key, byte[] row) {
    String id =
        new String(Arrays.copyOfRange(key, PREFIX.length, key.length), StandardCharsets.US_ASCII);
    if (row.length < HEAD_BYTES || !ID.matcher(id).matches()) {
      throw damaged(null);
    }
    ByteBuffer fields = ByteBuffer.wrap(row);
    try {
      Revision revision = new Revision(fields.getLong());
      Instant createdAt = Instant.ofEpochMilli(fields.getLong());
      Instant expiresAt = Instant.ofEpochMilli(fields.getLong());
      boolean hasLabel = fields.get() == 1;
      String text = StandardCharsets.UTF_8.decode(fields).toString();
      return new Hold(id, revision, hasLabel ? text : null, createdAt, expiresAt);
    } catch (IllegalArgumentException e) {
      throw damaged(e);
    }
  }

  private static RuntimeException damaged(@Nullable Throwable cause) {
    return StoreErrors.corrupted("the metadata row of a hold cannot be read.", cause);
  }
}
