package io.varve.storage.rocksdb;

import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageBatch.Mutation;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;

/**
 * Lays a batch out as RocksDB's write batch, so that it crosses into native code in one call and
 * not in one a change. RocksDB keeps this layout in its write-ahead logs, so it does not change.
 * Numbers are little-endian; varint is seven bits a byte, lowest first, the top bit set on all but
 * the last.
 *
 * <pre>
 * | sequence, 8 bytes, zero | count, 4 bytes | record ... |
 * put:    | 05 | column family id, varint | length, varint | key | length, varint | value |
 * delete: | 04 | column family id, varint | length, varint | key |
 * </pre>
 *
 * <p>Thread-safe.
 */
final class WriteBatchEncoder {
  private static final int COUNT_OFFSET = 8;
  private static final int HEADER_BYTES = 12;
  private static final byte FAMILY_DELETE = 4;
  private static final byte FAMILY_PUT = 5;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final Map<ColumnFamily, Integer> familyIds;

  /** An encoder for column families with these ids, none of which is RocksDB's default one. */
  WriteBatchEncoder(Map<ColumnFamily, Integer> familyIds) {
    if (familyIds.containsValue(0)) {
      throw new IllegalArgumentException("The default column family has another layout.");
    }
    this.familyIds = new EnumMap<>(familyIds);
  }

  /** The bytes; throws {@link IllegalArgumentException} if they do not fit an array. */
  byte[] encode(StorageBatch batch) {
    byte[] out = new byte[length(batch)];
    INT.set(out, COUNT_OFFSET, batch.mutations().size());
    int at = HEADER_BYTES;
    for (Mutation mutation : batch.mutations()) {
      byte[] value = mutation.value();
      out[at++] = value == null ? FAMILY_DELETE : FAMILY_PUT;
      at = putVarint(out, at, id(mutation.family()));
      at = putBytes(out, at, mutation.key());
      if (value != null) {
        at = putBytes(out, at, value);
      }
    }
    return out;
  }

  private int length(StorageBatch batch) {
    long length = HEADER_BYTES;
    for (Mutation mutation : batch.mutations()) {
      byte[] value = mutation.value();
      length += 1 + varintLength(id(mutation.family())) + bytesLength(mutation.key());
      length += value == null ? 0 : bytesLength(value);
    }
    if (length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("A batch of " + length + " bytes is too large to write.");
    }
    return (int) length;
  }

  private int id(ColumnFamily family) {
    Integer id = familyIds.get(family);
    if (id == null) {
      throw new IllegalArgumentException("No id for column family " + family + ".");
    }
    return id;
  }

  private static long bytesLength(byte[] bytes) {
    return (long) varintLength(bytes.length) + bytes.length;
  }

  private static int varintLength(int value) {
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(value | 1);
    return (bits + 6) / 7;
  }

  private static int putBytes(byte[] out, int at, byte[] bytes) {
    int start = putVarint(out, at, bytes.length);
    System.arraycopy(bytes, 0, out, start, bytes.length);
    return start + bytes.length;
  }

  private static int putVarint(byte[] out, int at, int value) {
    int rest = value;
    int next = at;
    while (rest >= 0x80) {
      out[next++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[next++] = (byte) rest;
    return next;
  }
}
