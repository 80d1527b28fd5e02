package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link BearerTokens}. */
final class BearerTokensTest {
  @ParameterizedTest
  @ValueSource(strings = {"Bearer aZ09._~+/-==", "bearer aZ09._~+/-==", "BEARER   aZ09._~+/-==  "})
  void tokenOf_ofItsForm(String header) {
    assertThat(BearerTokens.tokenOf(header)).isEqualTo("aZ09._~+/-==");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Bearer",
        "Bearer ",
        "Bearer  ",
        "Bearer =",
        "Bearer a=b",
        "Bearer a b",
        "Bearer a,",
        "Bearer\ta",
        "Bearer a\t",
        "Bearer \u00e4",
        "Bearer \u0430",
        "Bearer a\u0000",
        "Bearera",
        " Bearer a",
        "Basic a",
        "Beare a"
      })
  void tokenOf_anythingElse_isNone(String header) {
    assertThat(BearerTokens.tokenOf(header)).isNull();
  }
}
