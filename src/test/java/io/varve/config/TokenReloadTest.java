package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.access.Principal;
import io.varve.authentication.KnownTokens;
import io.varve.mvcc.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;

/** What a reading of the settings does to the tokens, each at the moment that the test says. */
@ExtendWith(OutputCaptureExtension.class)
final class TokenReloadTest {
  /** Of "password". */
  private static final String PASSWORD_HASH =
      "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";

  /** Of "test". */
  private static final String TEST_HASH =
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

  private final ManualClock clock =
      new ManualClock(Instant.parse("2026-11-28T12:00:00Z").toEpochMilli());
  private final Semaphore waiting = new Semaphore(0);
  private final Semaphore over = new Semaphore(0);
  private volatile Supplier<Map<String, TokenSettings>> files = Map::of;
  private KnownTokens known = new KnownTokens(List.of(), clock);
  private @Nullable TokenReload reload;

  private static TokenSettings token(String hash, String role) {
    return new TokenSettings(List.of(hash), List.of(role), null, null, null);
  }

  @BeforeEach
  void start() {
    Map<String, TokenSettings> first = Map.of("app", token(PASSWORD_HASH, "reader"));
    files = () -> first;
    TokenTable table = TokenTable.of(first, 100);
    known = new KnownTokens(table.all(), clock);
    reload =
        new TokenReload(
            () -> files.get(),
            known,
            new AccessRules(
                new SecurityProperties(
                    SecurityProperties.Mode.TOKEN, false, Duration.ofSeconds(10), first, null),
                table,
                List.of(),
                clock),
            100,
            () -> {
              waiting.release();
              over.acquire();
            });
    reload.start();
    waiting.acquireUninterruptibly();
  }

  @AfterEach
  void stop() {
    reload().stop();
    assertThat(reload().isRunning()).isFalse();
  }

  private TokenReload reload() {
    return Objects.requireNonNull(reload);
  }

  /** Lets the settings be read once, and returns when that is done. */
  private void readOnce() {
    over.release();
    waiting.acquireUninterruptibly();
  }

  private void readOnce(Supplier<Map<String, TokenSettings>> now) {
    files = now;
    readOnce();
  }

  private @Nullable Principal owner(String token) {
    try {
      return (Principal)
          known.authenticate(new BearerTokenAuthenticationToken(token)).getPrincipal();
    } catch (AuthenticationException _) {
      return null;
    }
  }

  @Test
  void tokens_areAddedChangedAndRemoved(CapturedOutput output) {
    readOnce();
    assertThat(output).doesNotContain("have changed");
    readOnce(
        () -> Map.of("app", token(PASSWORD_HASH, "reader"), "next", token(TEST_HASH, "admin")));
    assertThat(owner("test")).hasToString("next");
    assertThat(owner("password")).hasToString("app");
    assertThat(output).contains("the tokens have changed; known are app (reader), next (admin).");
    readOnce(() -> Map.of("next", token(TEST_HASH, "metrics")));
    assertThat(owner("password")).isNull();
    assertThat(output).contains("known are next (metrics).").doesNotContain(TEST_HASH);
    assertThat(reload().failures()).isZero();
  }

  @Test
  void mistake_changesNothingAndIsToldOnce(CapturedOutput output) {
    readOnce(() -> Map.of("app", token("the-token-itself", "reader")));
    readOnce();
    readOnce();
    assertThat(owner("password")).hasToString("app");
    assertThat(reload().failures()).isEqualTo(3);
    assertThat(output.getAll())
        .containsOnlyOnce("the tokens stay as they were")
        .contains("ERROR", "varve.security.tokens.app.sha256 is not a SHA-256")
        .doesNotContain("the-token-itself");
    readOnce(() -> Map.of("app", token(PASSWORD_HASH, "reader")));
    assertThat(output).contains("are right again");
    readOnce(() -> Map.of("app", token("", "reader")));
    assertThat(output.getAll().split("the tokens stay as they were", -1)).hasSize(3);
  }

  @Test
  void lastToken_staysWhenAllAreRemoved(CapturedOutput output) {
    readOnce(Map::of);
    assertThat(owner("password")).hasToString("app");
    assertThat(output).contains("No token is left.");
    assertThat(reload().failures()).isEqualTo(1);
  }

  @Test
  void filesThatCannotBeRead_tellNothingOfWhatIsInThem(CapturedOutput output) {
    readOnce(
        () -> {
          throw new IllegalStateException("line 3: the-token-itself");
        });
    assertThat(owner("password")).hasToString("app");
    assertThat(output).contains("cannot be read (IllegalStateException)").doesNotContain("itself");
  }

  @Test
  void tokens_expireByTheClock(CapturedOutput output) {
    Map<String, TokenSettings> tokens = new HashMap<>();
    tokens.put(
        "app",
        new TokenSettings(
            List.of(PASSWORD_HASH), List.of("reader"), null, null, "2026-11-28T12:00:10Z"));
    readOnce(() -> tokens);
    assertThat(owner("password")).hasToString("app");
    clock.advance(Duration.ofSeconds(10));
    assertThat(owner("password")).isNull();
    readOnce(() -> Map.of("app", token(PASSWORD_HASH, "reader"), "old", expired()));
    assertThat(owner("password")).hasToString("app");
    assertThat(owner("test")).isNull();
    assertThat(output).contains("[old] have expired and open nothing");
  }

  private static TokenSettings expired() {
    return new TokenSettings(
        List.of(TEST_HASH), List.of("reader"), null, null, "2026-01-01T00:00:00Z");
  }
}
