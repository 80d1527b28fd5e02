package io.varve.tracing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Reads the fields of one message of protocol buffers, in their order. */
final class ProtoReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final ByteBuffer bytes;
  private int field;
  private long number;
  private ByteBuffer content = ByteBuffer.allocate(0);

  ProtoReader(ByteBuffer bytes) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Moves to the next field; false at the end. */
  boolean next() {
    if (!bytes.hasRemaining()) {
      return false;
    }
    int tag = Math.toIntExact(varint());
    field = tag >>> 3;
    switch (tag & 7) {
      case VARINT -> number = varint();
      case FIXED64 -> number = bytes.getLong();
      case FIXED32 -> number = bytes.getInt();
      case LENGTH_DELIMITED -> {
        int length = Math.toIntExact(varint());
        content = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
      }
      default -> throw new AssertionError("no such wire type: " + tag);
    }
    return true;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte part = bytes.get();
      value |= (part & 0x7FL) << shift;
      if (part >= 0) {
        return value;
      }
    }
  }

  int field() {
    return field;
  }

  long number() {
    return number;
  }

  String text() {
    return StandardCharsets.UTF_8.decode(content.duplicate()).toString();
  }

  String hex() {
    byte[] copy = new byte[content.remaining()];
    content.duplicate().get(copy);
    return HexFormat.of().formatHex(copy);
  }

  ProtoReader message() {
    return new ProtoReader(content);
  }
}
