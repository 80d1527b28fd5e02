package io.varve.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TargetsTest {
  @ParameterizedTest
  @CsvSource({
    "users/42,kv/users/42",
    "A-b_c.d~e,kv/A-b_c.d~e",
    ".hidden/..x,kv/.hidden/..x",
    "a//b,kv-b64/YS8vYg",
    "/a,kv-b64/L2E",
    "a/,kv-b64/YS8",
    "a/../b,kv-b64/YS8uLi9i",
    "..,kv-b64/Li4",
    "a/.,kv-b64/YS8u",
    "a;b,kv-b64/YTti",
    "a b,kv-b64/YSBi",
    "a?b,kv-b64/YT9i",
    "a%b,kv-b64/YSVi",
    "ü,kv-b64/w7w"
  })
  void key_isReadableWhereThatIsSafe(String key, String path) {
    assertThat(Targets.key("/v1", VarveKey.of(key))).isEqualTo("/v1/" + path);
  }

  @Test
  void keyOfAnyBytes_isBase64Url() {
    VarveKey key = VarveKey.of(new byte[] {(byte) 0xFF, (byte) 0xFE, 0});
    assertThat(Targets.key("/v1/transactions/t1", key))
        .isEqualTo("/v1/transactions/t1/kv-b64/__4A");
  }

  @Test
  void scan_isWrittenInBase64Url() {
    assertThat(Targets.scan(Scan.all(), null)).hasToString("");
    assertThat(Scan.prefix("")).isEqualTo(Scan.all());
    assertThat(Targets.scan(Scan.prefix("p/").reversed(), Targets.at(5)))
        .hasToString("?revision=5&encoding=base64url&prefix=cC8&reverse=true");
    assertThat(Targets.scan(Scan.range("a", "b"), Targets.at(Instant.EPOCH)))
        .hasToString("?at=1970-01-01T00:00:00Z&encoding=base64url&start=YQ&end=Yg");
  }

  @Test
  void tag_hasTheRevision() {
    assertThat(EntityTag.revisionOf(EntityTag.of("00ff", 12))).isEqualTo(12);
    assertThat(EntityTag.revisionOf("\"abc\"")).isZero();
    assertThat(EntityTag.revisionOf("")).isZero();
  }
}
