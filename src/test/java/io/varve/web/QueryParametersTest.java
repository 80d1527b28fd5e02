package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.txn.ReadPoint;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests for {@link QueryParameters}. */
final class QueryParametersTest {
  private static final Set<String> KNOWN =
      Set.of("prefix", "start", "end", "limit", "reverse", "revision", "at", "encoding");

  private static QueryParameters parse(@Nullable String query) {
    return QueryParameters.parse(query, KNOWN);
  }

  @Test
  void none_hasDefaults() {
    for (QueryParameters query : new QueryParameters[] {parse(null), parse(""), parse("&")}) {
      assertThat(query.count("limit", 9, 10)).isEqualTo(9);
      assertThat(query.flag("reverse")).isFalse();
      assertThat(query.range()).isEqualTo(KeyRange.ALL);
      assertThat(query.readPoint()).isEqualTo(ReadPoint.LATEST);
    }
  }

  @Test
  void key_isDecoded() {
    assertThat(parse("start=a%2Fb+c%3D%26&end=%C3%A9").range())
        .isEqualTo(new KeyRange(Key.of("a/b c=&"), Key.of("é")));
    assertThat(parse("start=a=b").key("start")).isEqualTo(Key.of("a=b"));
    assertThat(parse("encoding=base64url&prefix=_w").key("prefix"))
        .isEqualTo(Key.copyOf(new byte[] {(byte) 0xFF}));
  }

  @Test
  void key_empty_isNoBound() {
    assertThat(parse("start=&end=&prefix").range()).isEqualTo(KeyRange.ALL);
  }

  @Test
  void readPoint_ofRevision() {
    assertThat(parse("revision=0").readPoint()).isEqualTo(new ReadPoint.AtRevision(Revision.ZERO));
    assertThat(parse("revision=9007199254740991").revision())
        .isEqualTo(new Revision(Revision.MAX_VALUE));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.5Z, 2026-01-01T00:00:00.5Z",
    "2026-01-01T02:00:00%2B02:00, 2026-01-01T00:00:00Z",
    "2026-01-01T02:00:00+02:00, 2026-01-01T00:00:00Z"
  })
  void readPoint_ofTime(String text, Instant time) {
    assertThat(parse("at=" + text).readPoint()).isEqualTo(new ReadPoint.AtTime(time));
  }

  @ParameterizedTest
  @CsvSource({
    "unknown=1",
    "limit=1&limit=1",
    "limit=0",
    "limit=11",
    "limit=-1",
    "limit=٣",
    "limit=99999999999999999999",
    "limit",
    "reverse=1",
    "reverse=TRUE",
    "revision=9007199254740992",
    "revision=1&at=2026-01-01T00:00:00Z",
    "at=2026-01-01",
    "at=+999999999-12-31T23:59:59Z",
    "prefix=a&start=a",
    "prefix=%FF",
    "prefix=%",
    "start=b&end=a",
    "encoding=base64&start=YQ",
    "encoding=base64url&start=YQ=="
  })
  void broken_isRefused(String query) {
    assertThatThrownBy(
            () -> {
              QueryParameters parsed = parse(query);
              parsed.count("limit", 1, 10);
              parsed.flag("reverse");
              parsed.readPoint();
              parsed.range();
            })
        .isInstanceOf(StoreException.class);
  }
}
