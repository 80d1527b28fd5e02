package io.varve.web;

import io.varve.model.ErrorCode;
import io.varve.model.KeptOutcome;
import io.varve.model.StoreErrors;
import java.nio.ByteBuffer;

/**
 * The answer to a write, as it is kept with its commit for whoever sends the same request again.
 * Integers are big-endian.
 *
 * <pre>
 * | format, 1 byte: 01 | status, 2 | 1 if it has an ETag, else 0; 1 | revision, 8 |
 * | fingerprint of the request, 32 | body, each 00 standing for the revision |
 * </pre>
 *
 * @param status of HTTP
 * @param tagged whether the answer names the revision as the ETag of an entry
 * @param readRevision what was read, where nothing was written; 0 for the revision of the commit
 * @param fingerprint of the request, {@link RequestFingerprint#BYTES} long
 * @param template the body, see {@link PendingRevision}
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record StoredAnswer(
    int status, boolean tagged, long readRevision, byte[] fingerprint, byte[] template) {
  /** Bytes of a body that may be kept. */
  static final int MAX_BODY_BYTES = 64 << 10;

  private static final byte FORMAT = 1;
  private static final int HEAD_BYTES = 1 + Short.BYTES + 1 + Long.BYTES + RequestFingerprint.BYTES;

  /** Throws {@code TRANSACTION_TOO_LARGE} for a body over the limit. */
  byte[] encode() {
    if (template.length > MAX_BODY_BYTES) {
      throw StoreErrors.tooLarge(
          ErrorCode.TRANSACTION_TOO_LARGE,
          "The answer, which an Idempotency-Key keeps,",
          "bytes large",
          MAX_BODY_BYTES,
          template.length);
    }
    return ByteBuffer.allocate(HEAD_BYTES + template.length)
        .put(FORMAT)
        .putShort((short) status)
        .put((byte) (tagged ? 1 : 0))
        .putLong(readRevision)
        .put(fingerprint)
        .put(template)
        .array();
  }

  /** The answer in an outcome. Throws {@code STORAGE_CORRUPTED} if there is none. */
  static StoredAnswer decode(KeptOutcome outcome) {
    ByteBuffer content = ByteBuffer.wrap(outcome.record().content());
    if (content.remaining() < HEAD_BYTES || content.get() != FORMAT) {
      throw StoreErrors.corrupted("the answer to a request cannot be read.", null);
    }
    int status = content.getShort();
    boolean tagged = content.get() == 1;
    long readRevision = content.getLong();
    byte[] fingerprint = new byte[RequestFingerprint.BYTES];
    content.get(fingerprint);
    byte[] template = new byte[content.remaining()];
    content.get(template);
    return new StoredAnswer(status, tagged, readRevision, fingerprint, template);
  }

  boolean isOf(RequestFingerprint request) {
    return request.matches(fingerprint);
  }

  /** The revision that the answer is about; {@code commit} is that of the commit it came with. */
  long revision(long commit) {
    return readRevision == 0 ? commit : readRevision;
  }
}
