package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.StoreException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link KeyConverter}, {@link PercentEncoding} and {@link Base64Url}. */
final class KeyConverterTest {
  @ParameterizedTest
  @CsvSource({
    "/v1/kv/a, a",
    "/v1/kv/a/b/, a/b/",
    "/v1/kv/%C3%A9%e2%82%ac, é€",
    "/v1/kv/a+b, a+b",
    "/v1/kv/kv-b64/YQ, kv-b64/YQ",
    "/v1/kv/users%2F42, users/42",
    "/v1/kv/users%2f42%2F, users/42/",
    "/v1/kv/a%252Fb, a%2Fb",
    "/v1/kv/a%5Cb, a\\b",
    "/v1/entries/users%2F42, users/42",
    "/v1/entries/kv-b64/YQ, kv-b64/YQ",
    "/v1/entries-b64/YQ, a",
    "/v1/kv-b64/YQ, a",
    "/v1/kv-b64/Ly8, //"
  })
  void fromPath_isTheKey(String path, String key) {
    assertThat(KeyConverter.fromPath(path)).isEqualTo(Key.of(key));
  }

  @Test
  void fromPath_base64_carriesEveryByte() {
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    String path = "/v1/kv-b64/" + Base64Url.encode(all);
    assertThat(KeyConverter.fromPath(path)).isEqualTo(Key.copyOf(all));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/kv/a//b",
        "/v1/kv//",
        "/v1/kv/.",
        "/v1/kv/a/./b",
        "/v1/kv/%2E%2E",
        "/v1/kv/;",
        "/v1/kv/%3b",
        "/v1/kv/%2F",
        "/v1/kv/%2fa",
        "/v1/kv/a%2F%2Fb",
        "/v1/kv/a/%2Fb",
        "/v1/kv/a%2F/b",
        "/v1/kv/%2E%2E%2F",
        "/v1/kv/%2F..",
        "/v1/kv/a%2F..%2Fb",
        "/v1/kv/a%2F%2e",
        "/v1/kv/..%2Fa",
        "/v1/entries/a%2F..",
        "/v1/kv/%00",
        "/v1/kv/%80",
        "/v1/kv/%C0%AF",
        "/v1/kv/%",
        "/v1/kv/%4",
        "/v1/kv/%g0",
        "/v1/kv/\u00e9"
      })
  void fromPath_unsafe_isRefused(String path) {
    assertCode(path, ErrorCode.KEY_NOT_PATH_SAFE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/kv",
        "/v1/kv/",
        "/",
        "",
        "/v1/kv-b64/",
        "/v1/kv-b64/YQ=",
        "/v1/kv-b64/Y",
        "/v1/kv-b64/YR",
        "/v1/kv-b64/Y Q",
        "/v1/kv-b64/%59%51"
      })
  void fromPath_broken_isMalformed(String path) {
    assertCode(path, ErrorCode.MALFORMED_REQUEST);
  }

  private static void assertCode(String path, ErrorCode code) {
    assertThatThrownBy(() -> KeyConverter.fromPath(path))
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.code()).isEqualTo(code));
  }
}
