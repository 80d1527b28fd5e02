package io.varve.web;

import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.Key;
import io.varve.model.StoreErrors;
import io.varve.model.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * A byte string in JSON: a plain string, which is UTF-8, or {@code {"base64": "…"}}. Answers have
 * the string wherever the bytes are valid UTF-8. Immutable.
 */
@Schema(
    description =
        "A byte string: a plain string, which is UTF-8, or an object with its base64 form. Answers"
            + " have the string wherever the bytes are valid UTF-8.",
    oneOf = {String.class, Bytes.Encoded.class},
    example = "users/42")
@JsonSerialize(using = Bytes.Writer.class)
@JsonDeserialize(using = Bytes.Reader.class)
final class Bytes {
  private static final String BASE64 = "base64";

  private final byte[] array;

  private Bytes(byte[] array) {
    this.array = array;
  }

  static Bytes of(Key key) {
    return new Bytes(key.array());
  }

  static Bytes of(Value value) {
    return new Bytes(value.array());
  }

  /** The key of these bytes; {@code field} is where they stand. */
  Key toKey(String field) {
    if (array.length == 0) {
      throw StoreErrors.malformed(field, "A key must have at least one byte.");
    }
    return Key.wrap(array);
  }

  boolean isEmpty() {
    return array.length == 0;
  }

  Value toValue(@Nullable String contentType) {
    return Value.wrap(array, contentType);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes that && Arrays.equals(array, that.array);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(array);
  }

  /** The length only: this may be a value. */
  @Override
  public String toString() {
    return "Bytes[" + array.length + "]";
  }

  /** The form of bytes that are no UTF-8, for the description of the interface. */
  @Schema(name = "Base64Bytes", description = "Bytes that need not be UTF-8.")
  record Encoded(
      @Schema(
              description = "The bytes in base64, with padding.",
              pattern = "^[A-Za-z0-9+/]*={0,2}$",
              example = "/wD+")
          String base64) {}

  static final class Writer extends ValueSerializer<Bytes> {
    @Override
    public void serialize(Bytes bytes, JsonGenerator json, SerializationContext context) {
      String text = Value.wrap(bytes.array, null).utf8();
      if (text != null) {
        json.writeString(text);
        return;
      }
      json.writeStartObject();
      json.writeName(BASE64);
      json.writeString(Base64.getEncoder().encodeToString(bytes.array));
      json.writeEndObject();
    }
  }

  static final class Reader extends ValueDeserializer<Bytes> {
    private static final String EXPECTED =
        "This must be a string, or an object with the one field base64.";

    @Override
    public Bytes deserialize(JsonParser json, DeserializationContext context) {
      if (json.currentToken() == JsonToken.VALUE_STRING) {
        return new Bytes(utf8(json.getString()));
      }
      require(json.currentToken() == JsonToken.START_OBJECT);
      require(json.nextToken() == JsonToken.PROPERTY_NAME && json.currentName().equals(BASE64));
      require(json.nextToken() == JsonToken.VALUE_STRING);
      byte[] bytes = base64(json.getString());
      require(json.nextToken() == JsonToken.END_OBJECT);
      return new Bytes(bytes);
    }

    private static void require(boolean holds) {
      if (!holds) {
        throw StoreErrors.malformed("", EXPECTED);
      }
    }

    private static byte[] base64(String text) {
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException _) {
        throw StoreErrors.malformed("", "This is not base64.");
      }
    }

    private static byte[] utf8(String text) {
      if (hasLoneSurrogate(text)) {
        throw StoreErrors.malformed("", "This string has half of a surrogate pair.");
      }
      return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean hasLoneSurrogate(String text) {
      for (int i = 0; i < text.length(); i++) {
        if (Character.isSurrogate(text.charAt(i))) {
          if (Character.charCount(text.codePointAt(i)) == 1) {
            return true;
          }
          i++;
        }
      }
      return false;
    }
  }
}
