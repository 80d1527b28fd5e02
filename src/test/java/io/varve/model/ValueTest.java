package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link Value}. */
final class ValueTest {
  @Test
  void copyOf_arrayChangedAfterwards() {
    byte[] bytes = {1};
    Value value = Value.copyOf(bytes);
    bytes[0] = 2;

    assertThat(value.array()).containsExactly(1);
    assertThat(value.contentType()).isNull();
  }

  @Test
  void equals_contentTypeCounts() {
    Value plain = Value.wrap(new byte[] {1}, "text/plain");

    assertThat(plain)
        .isEqualTo(Value.wrap(new byte[] {1}, "text/plain"))
        .hasSameHashCodeAs(Value.wrap(new byte[] {1}, "text/plain"))
        .isNotEqualTo(Value.wrap(new byte[] {1}, null))
        .isNotEqualTo(Value.wrap(new byte[] {2}, "text/plain"));
  }

  @Test
  void toString_showsNoContent() {
    assertThat(Value.of("secret")).hasToString("Value[6 bytes]");
  }

  @Test
  void utf8_notText() {
    assertThat(Value.of("ü").utf8()).isEqualTo("ü");
    assertThat(Value.copyOf(new byte[] {(byte) 0xC3}).utf8()).isNull();
    assertThat(Value.copyOf(new byte[0]).utf8()).isEmpty();
    // What decoders put for malformed bytes may also be meant.
    assertThat(Value.of("\uFFFD").utf8()).isEqualTo("\uFFFD");
    assertThat(Value.copyOf(new byte[] {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD, 'a', -1}).utf8())
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/ü", "a/b\r\nX-Header: 1", "a/\uD83D\uDE00", "a/\u0000"})
  void wrap_contentTypeThatIsNotPrintableAscii(String contentType) {
    StoreFailure.expect(ErrorCode.MALFORMED_REQUEST, () -> Value.wrap(new byte[] {1}, contentType));
  }

  @Test
  void wrap_longContentType() {
    assertThat(Value.wrap(new byte[0], "a".repeat(255)).contentType()).hasSize(255);
    StoreFailure.expect(
        ErrorCode.MALFORMED_REQUEST, () -> Value.wrap(new byte[0], "a".repeat(256)));
  }
}
