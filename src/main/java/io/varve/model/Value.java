package io.varve.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes stored under a key, with the content type they were given. Immutable and thread-safe.
 *
 * <p>One array is shared by overlay, log record and read cache; nobody may change it.
 */
public final class Value {
  /** Characters of a content type. */
  public static final int MAX_CONTENT_TYPE_LENGTH = 255;

  /** No bytes and no content type; also what a scan that leaves values out has in their place. */
  public static final Value EMPTY = new Value(new byte[0], null);

  private final byte[] bytes;
  private final @Nullable String contentType;

  private Value(byte[] bytes, @Nullable String contentType) {
    this.bytes = bytes;
    this.contentType = contentType;
  }

  /** The value of these bytes, which are copied, without a content type. */
  public static Value copyOf(byte[] bytes) {
    return new Value(bytes.clone(), null);
  }

  /**
   * The value that takes over this array; nobody may change it afterwards. Throws {@code
   * MALFORMED_REQUEST} unless the content type can be stored, see {@link #isContentType}.
   */
  public static Value wrap(byte[] bytes, @Nullable String contentType) {
    if (contentType != null && !isContentType(contentType)) {
      throw StoreErrors.malformed(
          "contentType",
          "A content type is printable ASCII of at most "
              + MAX_CONTENT_TYPE_LENGTH
              + " characters. Shorten it or leave it out.");
    }
    return new Value(bytes, contentType);
  }

  /** Whether {@code text} is printable ASCII and not too long to be kept with every value. */
  public static boolean isContentType(String text) {
    return text.length() <= MAX_CONTENT_TYPE_LENGTH
        && text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }

  /** The value of the UTF-8 form of {@code text}, without a content type. */
  public static Value of(String text) {
    return new Value(text.getBytes(StandardCharsets.UTF_8), null);
  }

  /** Number of bytes, 0 or more. */
  public int length() {
    return bytes.length;
  }

  /** The bytes themselves, shared and not copied: callers must not change them. */
  public byte[] array() {
    return bytes;
  }

  /** The media type given when the value was written, or null. */
  public @Nullable String contentType() {
    return contentType;
  }

  /** The text whose UTF-8 form these bytes are, or null if they are not valid UTF-8. */
  public @Nullable String utf8() {
    return Key.Utf8.decode(bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Value that
        && Arrays.equals(bytes, that.bytes)
        && Objects.equals(contentType, that.contentType);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(bytes) + Objects.hashCode(contentType);
  }

  /** The length only: values never reach a log or an error. */
  @Override
  public String toString() {
    return "Value[" + bytes.length + " bytes]";
  }
}
