package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link LoopbackNames}. */
final class LoopbackNamesTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "localhost:8080",
        "LocalHost:1",
        "varve.localhost",
        "a.b-c.localhost:65535",
        "127.0.0.1",
        "127.0.0.1:8080",
        "127.255.10.199",
        "[::1]",
        "[::1]:8080"
      })
  void nameOfThisMachine_isLoopback(String host) {
    assertThat(LoopbackNames.isLoopback(host)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":8080",
        "evil.example",
        "localhost.evil.example",
        "notlocalhost",
        "evil.example:localhost",
        "localhost@evil.example",
        "localhost:80:80",
        "localhost:80x",
        ".localhost",
        "a..localhost",
        "127.0.0.1.evil.example",
        "127.0.0.1.1",
        "127.0.0.256",
        "127.0.0",
        "128.0.0.1",
        "0.0.0.0",
        "10.127.0.1",
        "192.168.0.1",
        "[::2]",
        "::1",
        "[::1",
        "[::1]x",
        "[::ffff:10.0.0.1]",
        " localhost",
        "localhost\n"
      })
  void anyOther_isNot(String host) {
    assertThat(LoopbackNames.isLoopback(host)).isFalse();
  }
}
