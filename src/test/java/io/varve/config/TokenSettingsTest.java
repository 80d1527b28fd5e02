package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.varve.access.Action;
import io.varve.access.Principal;
import io.varve.authentication.KnownToken;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a token of the settings becomes, and which are refused. */
final class TokenSettingsTest {
  private static final String HASH =
      "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";
  private static final int MAX_PREFIX_BYTES = 8;

  private static TokenSettings token(
      String roles, @Nullable List<String> prefixes, @Nullable List<String> writePrefixes) {
    return new TokenSettings(
        List.of(HASH), List.of(roles.split(",", -1)), prefixes, writePrefixes, null);
  }

  private static Principal owner(TokenSettings settings) {
    return settings.toKnownTokens("app", MAX_PREFIX_BYTES).getFirst().owner();
  }

  private static AccessException refusal(TokenSettings settings) {
    return catchThrowableOfType(
        AccessException.class, () -> settings.toKnownTokens("app", MAX_PREFIX_BYTES));
  }

  private static KeyRange below(String prefix) {
    return KeyRange.prefix(Key.of(prefix));
  }

  @Test
  void token_hasItsHashItsOwnerAndItsEnd() {
    KnownToken known =
        new TokenSettings(List.of(HASH), List.of("metrics"), null, null, "2027-01-31T00:00:00Z")
            .toKnownTokens("app", MAX_PREFIX_BYTES)
            .getFirst();
    assertThat(HexFormat.of().formatHex(known.sha256())).isEqualTo(HASH);
    assertThat(known.owner().id()).isEqualTo("token:app");
    assertThat(known.owner().name()).isEqualTo("app");
    assertThat(known.expiresAt()).isEqualTo(Instant.parse("2027-01-31T00:00:00Z"));
    assertThat(known.isExpired(Instant.parse("2027-01-30T23:59:59Z"))).isFalse();
    assertThat(known.isExpired(Instant.parse("2027-01-31T00:00:00Z"))).isTrue();
  }

  @Test
  void severalHashes_areOfOneOwner_andOneThatIsWrittenTwiceCountsOnce() {
    String other = HASH.replace(HASH.charAt(0), HASH.charAt(0) == '0' ? '1' : '0');
    List<KnownToken> known =
        new TokenSettings(
                List.of(HASH, other, HASH.toUpperCase(java.util.Locale.ROOT)),
                List.of("reader"),
                null,
                null,
                null)
            .toKnownTokens("app", MAX_PREFIX_BYTES);
    assertThat(known)
        .extracting(token -> HexFormat.of().formatHex(token.sha256()))
        .containsExactly(HASH, other);
    assertThat(known).extracting(token -> token.owner().id()).containsOnly("token:app");
    assertThat(refusal(new TokenSettings(List.of(), List.of("reader"), null, null, null)))
        .hasMessageContaining("tokens.app.sha256 is not a SHA-256");
    assertThat(
            refusal(
                new TokenSettings(List.of(HASH, "secret"), List.of("reader"), null, null, null)))
        .hasMessageContaining("tokens.app.sha256 is not a SHA-256")
        .hasMessageNotContaining("secret");
  }

  @Test
  void withoutPrefixes_everyKeyIsMeant() {
    Principal reader = owner(token("reader", null, null));
    assertThat(reader.allows(Action.READ, KeyRange.ALL)).isTrue();
    assertThat(reader.allowsSome(Action.WRITE)).isFalse();
    assertThat(reader.allowsSome(Action.ADMINISTER)).isFalse();
    assertThat(reader.allowsSome(Action.OBSERVE)).isFalse();
    Principal admin = owner(token("admin", null, null));
    assertThat(admin.allows(Action.ADMINISTER, KeyRange.ALL)).isTrue();
    assertThat(admin.allowsSome(Action.READ)).isFalse();
  }

  @Test
  void prefixes_limitKeysAndNothingElse() {
    Principal owner = owner(token("writer,admin", List.of("a/", "b64:AP8"), null));
    assertThat(owner.allows(Action.WRITE, below("a/"))).isTrue();
    assertThat(owner.allows(Action.READ, below("a/x"))).isTrue();
    assertThat(owner.allows(Action.WRITE, KeyRange.prefix(Key.wrap(new byte[] {0, -1})))).isTrue();
    assertThat(owner.allows(Action.WRITE, below("a"))).isFalse();
    assertThat(owner.allows(Action.WRITE, below("b"))).isFalse();
    assertThat(owner.allows(Action.READ, KeyRange.ALL)).isFalse();
    assertThat(owner.allows(Action.ADMINISTER, KeyRange.ALL)).isTrue();
  }

  @Test
  void writePrefixes_leaveTheRestReadable() {
    Principal owner = owner(token("writer", List.of("a/"), List.of("a/b/")));
    assertThat(owner.allows(Action.WRITE, below("a/b/"))).isTrue();
    assertThat(owner.allows(Action.READ, below("a/"))).isTrue();
    assertThat(owner.allows(Action.WRITE, below("a/"))).isFalse();
    assertThat(owner.allows(Action.READ, below("b/"))).isFalse();
    Principal everywhere = owner(token("reader,writer", null, List.of("a/b/")));
    assertThat(everywhere.allows(Action.READ, KeyRange.ALL)).isTrue();
    assertThat(everywhere.allows(Action.WRITE, below("a/"))).isFalse();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "secret-token", "0123"})
  void hashThatIsNone_isRefused(@Nullable String hash) {
    assertThat(
            refusal(
                new TokenSettings(
                    hash == null ? null : List.of(hash), List.of("reader"), null, null, null)))
        .hasMessageContaining("tokens.app.sha256 is not a SHA-256")
        .hasMessageNotContaining("secret");
  }

  @Test
  void rolesThatAreNone_areRefused() {
    assertThat(refusal(new TokenSettings(List.of(HASH), null, null, null, null)))
        .hasMessageContaining("tokens.app.roles names no role");
    assertThat(refusal(new TokenSettings(List.of(HASH), List.of(), null, null, null)))
        .hasMessageContaining("tokens.app.roles names no role");
    for (String roles : List.of("secret", "reader,secret", "Reader", " ", "READER", "owner")) {
      assertThat(refusal(token(roles, null, null)))
          .as(roles)
          .hasMessage(
              "The setting varve.security.tokens.app.roles names a role that is not known.");
    }
  }

  @Test
  void prefixesThatAreNone_areRefused() {
    String start = "The setting varve.security.tokens.app.prefixes ";
    assertThat(refusal(token("reader", List.of(), null)))
        .hasMessage(start + "is there, but is empty.");
    assertThat(refusal(token("reader", List.of("a/", " "), null)))
        .hasMessage(start + "has a prefix that is blank.");
    assertThat(refusal(token("reader", List.of("b64:"), null)))
        .hasMessage(start + "has a prefix that has nothing after b64:.");
    assertThat(refusal(token("reader", List.of("b64:?"), null)))
        .hasMessage(start + "has a prefix that is not base64url after b64:.");
    assertThat(refusal(token("reader", List.of("\ud800"), null)))
        .hasMessage(start + "has a prefix that has half a character.");
    assertThat(refusal(token("reader", List.of("123456789"), null)))
        .hasMessage(start + "has a prefix that is longer than any key may be.");
    assertThat(owner(token("reader", List.of("12345678"), null)).allowsSome(Action.READ)).isTrue();
    assertThat(refusal(token("admin,metrics", List.of("a/"), null)))
        .hasMessage(start + "limits a token whose roles are not about keys.");
  }

  @Test
  void writePrefixesWithoutSense_areRefused() {
    String start = "The setting varve.security.tokens.app.write-prefixes ";
    assertThat(refusal(token("reader", null, List.of("a/"))))
        .hasMessage(start + "is for a writer, and the token is none.");
    assertThat(refusal(token("writer", List.of("a/"), List.of("a/b", "a"))))
        .hasMessage(start + "has a prefix outside of those that the token may read.");
    assertThat(refusal(token("writer", null, List.of())))
        .hasMessage(start + "is there, but is empty.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2027-01-31", "2027-01-31T00:00:00", "tomorrow"})
  void instantThatIsNone_isRefused(String expiresAt) {
    assertThat(refusal(new TokenSettings(List.of(HASH), List.of("reader"), null, null, expiresAt)))
        .hasMessage("The setting varve.security.tokens.app.expires-at is not an instant.");
  }

  @Test
  void text_tellsNothing() {
    assertThat(token("reader", List.of("a/"), null)).hasToString("TokenSettings");
    assertThat(
            token("reader", null, null)
                .toKnownTokens("app", MAX_PREFIX_BYTES)
                .getFirst()
                .toString())
        .isEqualTo("KnownToken[app]");
  }
}
