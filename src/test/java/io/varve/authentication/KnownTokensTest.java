package io.varve.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.access.Principal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

/** Tests for {@link KnownTokens}; time stands still until a test moves it. */
final class KnownTokensTest {
  private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);

  private KnownTokens known(KnownToken... tokens) {
    return new KnownTokens(List.of(tokens), now::get);
  }

  private static KnownToken token(String text, @Nullable Instant expiresAt) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return new KnownToken(hash, new Principal("token:" + text, text, List.of()), expiresAt);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String owner(KnownTokens tokens, String text) {
    return tokens.authenticate(new BearerTokenAuthenticationToken(text)).getName();
  }

  private static void assertUnknown(KnownTokens tokens, String text) {
    assertThatThrownBy(() -> owner(tokens, text))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageNotContaining(text);
  }

  @Test
  void eachToken_isItsOwner() {
    KnownTokens tokens = known(token("one", null), token("two", null));
    assertThat(owner(tokens, "one")).isEqualTo("one");
    assertThat(owner(tokens, "two")).isEqualTo("two");
    assertThat(owner(tokens, "one")).as("once more").isEqualTo("one");
    assertUnknown(tokens, "three");
    assertUnknown(known(), "one");
  }

  @Test
  void token_opensNothingFromItsEndOn() {
    KnownTokens tokens = known(token("one", NOON.plusSeconds(1)));
    assertThat(owner(tokens, "one")).isEqualTo("one");
    now.set(NOON.plusSeconds(1));
    assertUnknown(tokens, "one");
  }

  @Test
  void replace_takesTheOthersAway() {
    KnownTokens tokens = known(token("one", null));
    tokens.replace(List.of(token("two", null)));
    assertUnknown(tokens, "one");
    assertThat(owner(tokens, "two")).isEqualTo("two");
  }
}
