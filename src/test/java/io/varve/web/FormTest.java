package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.model.StoreException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;

/** Tests for {@link Form}. */
final class FormTest {
  private static Form.Wish wish(String accept, String query) {
    var request = new MockHttpServletRequest();
    if (!accept.equals("-")) {
      request.addHeader("Accept", accept);
    }
    request.setQueryString(query);
    return Form.of(request, QueryParameters.parse(query, java.util.Set.of(Form.PARAMETER)));
  }

  /** Accept; the form of a JSON value, of plain text, and of a value without a type. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "- | RAW | RAW | RAW",
        "*/* | RAW | RAW | RAW",
        "application/json, text/plain, */* | RAW | ENTRY | ENTRY",
        "application/json | RAW | ENTRY | ENTRY",
        "application/json;charset=utf-8 | RAW | ENTRY | ENTRY",
        "application/json, */*;q=0.5 | RAW | ENTRY | ENTRY",
        "application/json, */* | RAW | ENTRY | ENTRY",
        "application/json;q=0.9, */*;q=0.1 | RAW | ENTRY | ENTRY",
        "application/json;q=0 | RAW | RAW | RAW",
        "application/* | RAW | RAW | RAW",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8 | RAW | RAW | RAW",
        "text/html | RAW | RAW | RAW",
        "text/plain;q=0.4, application/json;q=0.5 | RAW | ENTRY | ENTRY",
        "text/plain, application/json | RAW | RAW | RAW",
        "application/vnd.varve.entry+json | ENTRY | ENTRY | ENTRY",
        "application/vnd.varve.entry+json, application/problem+json | ENTRY | ENTRY | ENTRY",
        "application/vnd.varve.entry+json, application/json;q=0.9 | ENTRY | ENTRY | ENTRY",
        "application/vnd.varve.entry+json;q=0.5, */* | RAW | RAW | RAW",
        "application/vnd.varve.entry+json;q=0, */* | RAW | RAW | RAW",
        "application/*+json | RAW | RAW | RAW",
      })
  void choose(String accept, Form ofJson, Form ofText, Form ofUnknown) {
    Form.Wish wish = wish(accept, "");
    assertThat(wish.choose("application/json")).isEqualTo(ofJson);
    assertThat(wish.choose("application/json; charset=utf-8")).isEqualTo(ofJson);
    assertThat(wish.choose("application/geo+json")).isEqualTo(ofJson);
    assertThat(wish.choose("text/plain;charset=utf-8")).isEqualTo(ofText);
    assertThat(wish.choose(null)).isEqualTo(ofUnknown);
    assertThat(wish.choose("no type at all")).isEqualTo(ofUnknown);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-", "*/*", "application/json", Form.ENTRY_TYPE, "text/plain"})
  void parameter_decidesBeforeAccept(String accept) {
    assertThat(wish(accept, "form=raw").choose("text/plain")).isEqualTo(Form.RAW);
    assertThat(wish(accept, "form=entry").choose("application/json")).isEqualTo(Form.ENTRY);
  }

  @ParameterizedTest
  @CsvSource({
    "-, application/json",
    "application/json, application/json",
    "application/vnd.varve.entry+json, application/vnd.varve.entry+json",
    "application/vnd.varve.entry+json;q=0, application/json"
  })
  void entryType_isItsOwnWhereNamed(String accept, String type) {
    assertThat(wish(accept, "form=entry").entryType()).isEqualTo(type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"form=", "form=json", "form=RAW"})
  void unknownForm_isRefused(String query) {
    assertThatThrownBy(() -> wish("-", query)).isInstanceOf(StoreException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "a/b/c", "text/plain;q=2", "/"})
  void malformedAccept_isRefused(String accept) {
    assertThatThrownBy(() -> wish(accept, "")).isInstanceOf(StoreException.class);
  }
}
