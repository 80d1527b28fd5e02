package io.varve.model;

import java.util.HexFormat;

/**
 * Identifies one life of a store. Drawn at random when the store is created and replaced by a
 * restore, so that an ETag or a page token of another life is recognised.
 *
 * @param text 16 lower-case hexadecimal digits
 */
public record StoreId(String text) {
  private static final int DIGITS = 16;

  /** Throws {@link IllegalArgumentException} unless {@code text} is 16 such digits. */
  public StoreId {
    if (text.length() != DIGITS || !text.chars().allMatch(StoreId::isDigit)) {
      throw new IllegalArgumentException("A store id is 16 lower-case hexadecimal digits.");
    }
  }

  private static boolean isDigit(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  /** The id made of these 64 bits, which the caller draws at random. */
  public static StoreId of(long bits) {
    return new StoreId(HexFormat.of().toHexDigits(bits));
  }

  @Override
  public String toString() {
    return text;
  }
}
