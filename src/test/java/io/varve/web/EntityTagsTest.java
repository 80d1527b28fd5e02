package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.model.StoreId;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link EntityTags}. */
final class EntityTagsTest {
  private static final StoreId STORE = new StoreId("00000000000000aa");
  private static final Revision REVISION = new Revision(7);

  private static EntityTags parse(String... headers) {
    return Objects.requireNonNull(
        EntityTags.parse("If-Match", Collections.enumeration(List.of(headers))));
  }

  @Test
  void of_isQuoted() {
    assertThat(EntityTags.of(STORE, REVISION)).isEqualTo("\"00000000000000aa-7\"");
  }

  @Test
  void parse_noHeader_isNull() {
    assertThat(EntityTags.parse("If-Match", Collections.emptyEnumeration())).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "*                                | true  | true",
        "\"00000000000000aa-7\"           | true  | true",
        "W/\"00000000000000aa-7\"         | false | true",
        "\"x\" , \"00000000000000aa-7\"   | true  | true",
        "\"x\",W/\"00000000000000aa-7\"   | false | true",
        "\"a,b\",\"00000000000000aa-7\"   | true  | true",
        "\"00000000000000aa-7-entry\"     | true  | true",
        "\"00000000000000aa-7-gzip\"      | true  | true",
        "W/\"00000000000000aa-7-entry--gzip\" | false | true",
        "\"00000000000000aa-7-x\"         | false | false",
        "\"\"                             | false | false",
        "\"00000000000000aa-8\"           | false | false",
        "\"00000000000000ab-7\"           | false | false"
      })
  void matches(String header, boolean strongly, boolean weakly) {
    EntityTags tags = parse(header);
    assertThat(tags.matchStrongly(STORE, REVISION)).isEqualTo(strongly);
    assertThat(tags.matchWeakly(STORE, REVISION)).isEqualTo(weakly);
    assertThat(tags.matchStrongly(STORE, null)).isFalse();
    assertThat(tags.matchWeakly(STORE, null)).isFalse();
  }

  @Test
  void matchWeakly_ofAForm_takesThatFormOnly() {
    assertThat(parse("W/\"00000000000000aa-7-gzip\"").matchWeakly(STORE, REVISION, Form.RAW))
        .isTrue();
    assertThat(parse("\"00000000000000aa-7\"").matchWeakly(STORE, REVISION, Form.ENTRY)).isFalse();
    assertThat(parse("\"00000000000000aa-7-entry\"").matchWeakly(STORE, REVISION, Form.RAW))
        .isFalse();
    assertThat(parse("\"00000000000000aa-7-entry\"").matchWeakly(STORE, REVISION, Form.ENTRY))
        .isTrue();
  }

  @Test
  void parse_severalHeaders_areOneList() {
    assertThat(parse("\"x\"", "\"00000000000000aa-7\"").matchStrongly(STORE, REVISION)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "x", "\"x", "x\"", "\"x\" \"y\"", "*,*", "w/\"x\"", "W/ \"x\""})
  void parse_broken_isRefused(String header) {
    assertThatThrownBy(() -> parse(header)).isInstanceOf(StoreException.class);
  }
}
