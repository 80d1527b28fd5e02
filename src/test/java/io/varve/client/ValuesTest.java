package io.varve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Keys and values. */
final class ValuesTest {
  private static final byte[] NO_TEXT = {(byte) 0xFF, 1};

  @Test
  void bytes_areCopied() {
    byte[] bytes = {1, 2};
    VarveKey key = VarveKey.of(bytes);
    VarveValue value = VarveValue.of(bytes);
    bytes[0] = 9;
    key.bytes()[0] = 9;
    value.bytes()[0] = 9;
    assertThat(key)
        .isEqualTo(VarveKey.of(new byte[] {1, 2}))
        .hasSameHashCodeAs(VarveKey.of(new byte[] {1, 2}));
    assertThat(value)
        .isEqualTo(VarveValue.of(new byte[] {1, 2}))
        .hasSameHashCodeAs(VarveValue.of(new byte[] {1, 2}));
  }

  @Test
  void keys_areOrderedAsUnsignedBytes() {
    assertThat(VarveKey.of(NO_TEXT)).isGreaterThan(VarveKey.of("a"));
    assertThat(VarveKey.of("a")).isLessThan(VarveKey.of("a/"));
  }

  @Test
  void emptyKey_isRefused() {
    assertThatThrownBy(() -> VarveKey.of("")).hasMessageContaining("at least one byte");
  }

  @Test
  void halfASurrogatePair_isRefused() {
    assertThatThrownBy(() -> VarveKey.of("a\uD800")).hasMessageContaining("surrogate");
    assertThatThrownBy(() -> VarveValue.text("\uDC00")).hasMessageContaining("surrogate");
  }

  @Test
  void text_isOnlyOfUtf8() {
    assertThat(VarveKey.of("ü").text()).isEqualTo("ü");
    assertThat(VarveValue.text("ü").text()).isEqualTo("ü");
    assertThatThrownBy(() -> VarveKey.of(NO_TEXT).text()).hasMessageContaining("not UTF-8");
    assertThatThrownBy(() -> VarveValue.of(NO_TEXT).text()).hasMessageContaining("not UTF-8");
    assertThat(VarveKey.of(NO_TEXT)).hasToString("base64:/wE=");
  }

  @Test
  void contentType_isPartOfTheValue() {
    assertThat(VarveValue.of(NO_TEXT).contentType()).isEqualTo("application/octet-stream");
    assertThat(VarveValue.json("{}").contentType()).isEqualTo("application/json");
    assertThat(VarveValue.text("{}")).isNotEqualTo(VarveValue.json("{}"));
    assertThat(VarveValue.text("{}").as("application/json")).isEqualTo(VarveValue.json("{}"));
  }

  @Test
  void valueInALog_isNotShown() {
    assertThat(VarveValue.text("secret"))
        .hasToString("VarveValue[6 bytes, text/plain;charset=UTF-8]");
    assertThat(Operation.put("k", "secret").toString()).doesNotContain("secret");
  }
}
