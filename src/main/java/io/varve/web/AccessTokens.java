package io.varve.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The tokens that open the service. Only their SHA-256 is known here, so a look at the settings or
 * at a heap dump gives nobody a token. Immutable.
 *
 * <p>A plain hash is enough for tokens that are long and random; one that a person made up could be
 * guessed from it.
 */
public final class AccessTokens {
  /** Requests need no token. */
  public static final AccessTokens NONE_NEEDED = new AccessTokens(List.of(), false);

  private final List<byte[]> hashes;
  private final boolean needed;

  private AccessTokens(List<byte[]> hashes, boolean needed) {
    this.hashes = hashes;
    this.needed = needed;
  }

  /** Requests need a token with one of these SHA-256 hashes. */
  public static AccessTokens ofHashes(List<byte[]> hashes) {
    return new AccessTokens(hashes.stream().map(byte[]::clone).toList(), true);
  }

  /** Whether requests need a token at all. */
  boolean isNeeded() {
    return needed;
  }

  /** Whether this is one of the tokens. How long that takes tells nothing about any of them. */
  boolean accept(String token) {
    byte[] presented = sha256(token.getBytes(StandardCharsets.UTF_8));
    boolean isKnown = false;
    for (byte[] hash : hashes) {
      isKnown |= MessageDigest.isEqual(hash, presented); // goes on to the last one
    }
    return isKnown;
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
