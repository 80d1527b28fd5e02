package io.varve.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Names an outcome by a hash of what names the request, 128 bits of SHA-256: the same size whatever
 * clients choose, and no two of them can be made to meet.
 *
 * @param high the first 8 bytes
 * @param low the next 8 bytes
 */
public record OutcomeId(long high, long low) {
  /** Bytes of an id. */
  public static final int BYTES = 2 * Long.BYTES;

  /** The id of what is called {@code name} within {@code scope}. */
  public static OutcomeId of(String scope, String name) {
    byte[] first = scope.getBytes(StandardCharsets.UTF_8);
    MessageDigest digest = sha256();
    // With its length, so that no two pairs read the same.
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(first.length).array());
    digest.update(first);
    return read(ByteBuffer.wrap(digest.digest(name.getBytes(StandardCharsets.UTF_8))));
  }

  /** The id that stands next in {@code source}. */
  public static OutcomeId read(ByteBuffer source) {
    return new OutcomeId(source.getLong(), source.getLong());
  }

  /** Puts the id. */
  public void write(ByteBuffer target) {
    target.putLong(high).putLong(low);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
