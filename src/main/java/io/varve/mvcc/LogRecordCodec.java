package io.varve.mvcc;

import io.varve.model.Key;
import io.varve.model.OutcomeRecord;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the {@code log} column family: one whole commit each. Integers are big-endian;
 * "varint" is {@link Varints}.
 *
 * <pre>
 * key:   | revision, 8 bytes |
 * value: | kind, 1 byte: 01 | time in ms since 1970, 8 bytes | revision - previous revision, varint |
 *        | transaction id | label | outcomes of OutcomeCodec: each length (varint), bytes; empty if none |
 *        | number of operations, varint |
 *        | each operation: key length (varint), key, row length (varint), row of VersionValueCodec |
 * </pre>
 *
 * <p>The distance to the previous commit makes a missing record visible at replay.
 */
final class LogRecordCodec {
  private static final byte KIND_COMMIT = 1;
  private static final byte[] EMPTY = {};

  private LogRecordCodec() {}

  /** The key of the record of {@code revision}. */
  static byte[] key(long revision) {
    return ByteBuffer.allocate(Long.BYTES).putLong(revision).array();
  }

  /** The revision of a record. Throws {@code STORAGE_CORRUPTED} if {@code key} names none. */
  static long revision(byte[] key) {
    long revision = key.length == Long.BYTES ? ByteBuffer.wrap(key).getLong() : -1;
    if (revision < 1 || revision > Revision.MAX_VALUE) {
      throw StoreErrors.corrupted("a row of the log has no revision.", null);
    }
    return revision;
  }

  /** The value of a record. */
  static byte[] encode(Commit commit) {
    byte[] id = utf8(commit.transactionId());
    byte[] label = utf8(commit.label());
    long distance = commit.revision() - commit.previous();
    List<Write> writes = commit.writes();
    int outcomes = OutcomeCodec.size(commit.outcomes());
    int size = 1 + Long.BYTES + Varints.size(distance);
    size += sized(id.length) + sized(label.length) + sized(outcomes);
    size += Varints.size(writes.size());
    for (int i = 0; i < writes.size(); i++) {
      Write write = writes.get(i);
      size += sized(write.key().length()) + sized(VersionValueCodec.size(write.value()));
    }
    ByteBuffer record = ByteBuffer.allocate(size);
    record.put(KIND_COMMIT).putLong(commit.timeMs());
    Varints.put(record, distance);
    putSized(record, id);
    putSized(record, label);
    Varints.put(record, outcomes);
    OutcomeCodec.write(record, commit.outcomes());
    Varints.put(record, writes.size());
    for (int i = 0; i < writes.size(); i++) {
      Write write = writes.get(i);
      putSized(record, write.key().array());
      Varints.put(record, VersionValueCodec.size(write.value()));
      VersionValueCodec.write(record, write.value());
    }
    return record.array();
  }

  /** The commit of a row. Throws {@code STORAGE_CORRUPTED} if it is none. */
  static Commit decode(byte[] key, byte[] value) {
    long revision = revision(key);
    ByteBuffer record = ByteBuffer.wrap(value);
    try {
      byte kind = record.get();
      if (kind != KIND_COMMIT) {
        throw damaged(revision, "has unknown kind " + kind, null);
      }
      long timeMs = record.getLong();
      long distance = Varints.get(record);
      if (distance < 1 || distance > revision) {
        throw damaged(revision, "follows no revision", null);
      }
      String id = text(Varints.getBytes(record));
      String label = text(Varints.getBytes(record));
      List<OutcomeRecord> outcomes = OutcomeCodec.read(sizedSlice(record));
      List<Write> writes = operations(record);
      if (record.hasRemaining()) {
        throw damaged(revision, "has bytes past its end", null);
      }
      return new Commit(revision, revision - distance, timeMs, id, label, outcomes, writes);
    } catch (BufferUnderflowException e) {
      throw damaged(revision, "is cut short", e);
    }
  }

  /** The commit time of a record, without decoding the rest of it. */
  static long timeMs(byte[] value) {
    if (value.length <= Long.BYTES || value[0] != KIND_COMMIT) {
      throw StoreErrors.corrupted("a log record has no commit time.", null);
    }
    return ByteBuffer.wrap(value).getLong(1);
  }

  private static List<Write> operations(ByteBuffer record) {
    int count = Varints.getLength(record); // every operation takes more than one byte
    List<Write> writes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] keyBytes = Varints.getBytes(record);
      if (keyBytes.length == 0) {
        throw StoreErrors.corrupted("a log record has an operation without a key.", null);
      }
      Key key = Key.wrap(keyBytes);
      writes.add(new Write(key, VersionValueCodec.read(sizedSlice(record))));
    }
    return writes;
  }

  private static ByteBuffer sizedSlice(ByteBuffer record) {
    int length = Varints.getLength(record);
    ByteBuffer slice = record.slice(record.position(), length);
    record.position(record.position() + length);
    return slice;
  }

  private static RuntimeException damaged(long revision, String how, @Nullable Throwable cause) {
    return StoreErrors.corrupted("the log record of revision " + revision + " " + how + ".", cause);
  }

  private static byte[] utf8(@Nullable String text) {
    return text == null ? EMPTY : text.getBytes(StandardCharsets.UTF_8);
  }

  private static @Nullable String text(byte[] utf8) {
    return utf8.length == 0 ? null : new String(utf8, StandardCharsets.UTF_8);
  }

  private static int sized(int length) {
    return Varints.size(length) + length;
  }

  private static void putSized(ByteBuffer target, byte[] bytes) {
    Varints.put(target, bytes.length);
    target.put(bytes);
  }
}
