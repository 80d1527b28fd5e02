package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.model.StoreId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests for {@link PageTokens}. */
final class PageTokensTest {
  private static final KeyRange RANGE =
      new KeyRange(Key.copyOf(new byte[] {0, (byte) 0xFF}), Key.of("z"));
  private static final PageToken TOKEN =
      new PageToken(
          StoreId.of(0xFEDCBA9876543210L),
          new Revision(Revision.MAX_VALUE),
          "0123456789abcdef0123456789abcdef",
          true,
          RANGE,
          new KeyRange(null, Key.of("m")));

  private final PageTokens tokens = new PageTokens(() -> new byte[32]);

  @Test
  void decode_isTheTokenThatWasEncoded() {
    assertThat(tokens.decode(tokens.encode(TOKEN, "token:me"), "token:me")).isEqualTo(TOKEN);
  }

  @Test
  void decode_anyCharacterChanged_isRefused() {
    String text = tokens.encode(TOKEN, "token:me");
    for (int i = 0; i < text.length(); i++) {
      char other = text.charAt(i) == 'A' ? 'B' : 'A';
      assertInvalid(text.substring(0, i) + other + text.substring(i + 1));
    }
  }

  @Test
  void decode_ofAnotherStore_isRefused() {
    byte[] otherSecret = new byte[32];
    otherSecret[0] = 1;
    assertInvalid(new PageTokens(() -> otherSecret).encode(TOKEN, "token:me"));
  }

  @Test
  void decode_cut_isRefused() {
    String text = tokens.encode(TOKEN, "token:me");
    for (int length = 0; length < text.length(); length++) {
      assertInvalid(text.substring(0, length));
    }
  }

  @Test
  void decode_ofAnotherCaller_isRefused() {
    for (String other : List.of("token:my", "token:you", "token:m", "token:mee", "jwt:me", "")) {
      assertInvalid(tokens.encode(TOKEN, other));
    }
  }

  private void assertInvalid(String text) {
    assertThatThrownBy(() -> tokens.decode(text, "token:me"))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PAGE_TOKEN));
  }
}
