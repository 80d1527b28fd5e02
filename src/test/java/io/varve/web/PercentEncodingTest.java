package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests for {@link PercentEncoding}. */
final class PercentEncodingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/v1/kv/users/42 | /v1/kv/users/42",
        "/v1/kv/a%2Fb;c=d | /v1/kv/a%2Fb;c=d",
        "/v1/kv/a% | /v1/kv/a%25",
        "/v1/kv/a%2 | /v1/kv/a%252",
        "/v1/kv/a%zz | /v1/kv/a%25zz",
        "/v1/kv/a[b] | /v1/kv/a%5Bb%5D",
        "/v1/kv/a\"<>^`{} | /v1/kv/a%22%3C%3E%5E%60%7B%7D",
        "/v1/kv/ä | /v1/kv/%C3%A4"
      })
  void soundPath_encodesWhatIsNoPath(String path, String sound) {
    assertThat(PercentEncoding.soundPath(path)).isEqualTo(sound);
  }
}
