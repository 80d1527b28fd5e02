package io.varve.mvcc;

import io.varve.model.KeptOutcome;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The bytes of outcomes. Integers are big-endian; "varint" is {@link Varints}.
 *
 * <pre>
 * in a log record, one after the other:
 *   | id, 16 bytes | ms to keep it, varint | content length, varint | content |
 * in a row of its own:
 *   | revision, 8 bytes | time in ms since 1970, 8 bytes | ms to keep it, 8 bytes | content |
 * </pre>
 */
final class OutcomeCodec {
  private static final int ROW_HEAD_BYTES = 3 * Long.BYTES;

  private OutcomeCodec() {}

  /** How long the outcomes of a log record are. */
  static int size(List<OutcomeRecord> outcomes) {
    int size = 0;
    for (OutcomeRecord outcome : outcomes) {
      int length = outcome.content().length;
      size += OutcomeId.BYTES + Varints.size(outcome.keepMs()) + Varints.size(length) + length;
    }
    return size;
  }

  static void write(ByteBuffer record, List<OutcomeRecord> outcomes) {
    for (OutcomeRecord outcome : outcomes) {
      outcome.id().write(record);
      Varints.put(record, outcome.keepMs());
      Varints.put(record, outcome.content().length);
      record.put(outcome.content());
    }
  }

  /**
   * Throws {@link BufferUnderflowException} where the bytes end too early, and {@code
   * STORAGE_CORRUPTED} for a time to keep that nothing has.
   */
  static List<OutcomeRecord> read(ByteBuffer source) {
    if (!source.hasRemaining()) {
      return List.of();
    }
    List<OutcomeRecord> outcomes = new ArrayList<>(1);
    while (source.hasRemaining()) {
      OutcomeId id = OutcomeId.read(source);
      long keepMs = checkedKeep(Varints.get(source));
      outcomes.add(OutcomeRecord.ofMillis(id, keepMs, Varints.getBytes(source)));
    }
    return List.copyOf(outcomes);
  }

  /** How long a row is. */
  static int rowBytes(OutcomeRecord outcome) {
    return ROW_HEAD_BYTES + outcome.content().length;
  }

  static byte[] encodeRow(KeptOutcome outcome) {
    byte[] content = outcome.record().content();
    return ByteBuffer.allocate(rowBytes(outcome.record()))
        .putLong(outcome.revision())
        .putLong(outcome.timeMs())
        .putLong(outcome.record().keepMs())
        .put(content)
        .array();
  }

  /** Throws {@code STORAGE_CORRUPTED} for a row that is too short, or that none can be. */
  static KeptOutcome decodeRow(OutcomeId id, byte[] row) {
    if (row.length < ROW_HEAD_BYTES) {
      throw StoreErrors.corrupted("an outcome row is cut short.", null);
    }
    ByteBuffer fields = ByteBuffer.wrap(row);
    long revision = fields.getLong();
    long timeMs = fields.getLong();
    long keepMs = checkedKeep(fields.getLong());
    if (revision < 1 || revision > Revision.MAX_VALUE) {
      throw StoreErrors.corrupted("an outcome row has no revision.", null);
    }
    byte[] content = new byte[fields.remaining()];
    fields.get(content);
    return new KeptOutcome(OutcomeRecord.ofMillis(id, keepMs, content), revision, timeMs);
  }

  private static long checkedKeep(long keepMs) {
    if (keepMs < 1) {
      throw StoreErrors.corrupted("an outcome is kept for no time.", null);
    }
    return keepMs;
  }
}
