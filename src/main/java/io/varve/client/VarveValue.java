package io.varve.client;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A value: bytes and what they are. A value that was stored without a content type has {@link
 * #OCTET_STREAM}. Immutable.
 */
public final class VarveValue {
  /** The content type of bytes that nobody has described. */
  public static final String OCTET_STREAM = "application/octet-stream";

  private static final String TEXT = "text/plain;charset=UTF-8";
  private static final String JSON = "application/json";

  private final byte[] bytes;
  private final String contentType;

  private VarveValue(byte[] bytes, String contentType) {
    this.bytes = bytes;
    this.contentType = contentType;
  }

  /** A text, stored as UTF-8 under {@code text/plain}. */
  public static VarveValue text(String text) {
    return new VarveValue(Utf8.encode(text), TEXT);
  }

  /** A JSON text, stored as UTF-8 under {@code application/json}. It is not checked. */
  public static VarveValue json(String json) {
    return new VarveValue(Utf8.encode(json), JSON);
  }

  /** These bytes, which are copied, without a content type. */
  public static VarveValue of(byte[] bytes) {
    return wrap(bytes.clone(), OCTET_STREAM);
  }

  /** A value of an array that the caller gives up. */
  static VarveValue wrap(byte[] bytes, String contentType) {
    return new VarveValue(bytes, contentType);
  }

  /** The same bytes under another content type, such as {@code image/png}. */
  public VarveValue as(String newContentType) {
    return new VarveValue(bytes, newContentType);
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** How many bytes there are. */
  public int length() {
    return bytes.length;
  }

  /** What the bytes are. */
  public String contentType() {
    return contentType;
  }

  /**
   * The value as text, whatever its content type.
   *
   * @throws IllegalStateException if it is not UTF-8
   */
  public String text() {
    String text = Utf8.decode(bytes);
    if (text == null) {
      throw new IllegalStateException("The value is not UTF-8; use bytes().");
    }
    return text;
  }

  /** The bytes themselves, which must not be changed. */
  byte[] array() {
    return bytes;
  }

  /** Whether the content type says anything. */
  boolean isDescribed() {
    return !contentType.equals(OCTET_STREAM);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof VarveValue that
        && Arrays.equals(bytes, that.bytes)
        && contentType.equals(that.contentType);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(bytes) + contentType.hashCode();
  }

  /** The size and the content type: values do not belong in a log. */
  @Override
  public String toString() {
    return "VarveValue[" + bytes.length + " bytes, " + contentType + "]";
  }
}
