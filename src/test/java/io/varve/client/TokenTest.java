package io.varve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that change, and what comes of those that the server does not take. */
final class TokenTest {
  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(20));

  private final ScriptedServer server = new ScriptedServer();
  private final AtomicInteger asked = new AtomicInteger();

  @AfterEach
  void stop() {
    server.close();
  }

  private VarveClient client(Supplier<String> token) {
    return VarveClient.builder(server.uri())
        .token(token)
        .retry(POLICY)
        .build(new ManualSurroundings().surroundings());
  }

  private VarveClient countingClient() {
    return client(() -> "token-" + asked.incrementAndGet());
  }

  @Test
  void token_isAskedForWithEveryTry() {
    server.lose().json(201, "{'revision':7,'created':true}").raw("text/plain", "v");
    try (VarveClient client = countingClient()) {
      assertThat(asked).as("asked before there is a request").hasValue(0);
      client.put("k", "v");
      client.get("k");
    }
    assertThat(server.requests())
        .extracting(request -> request.header("Authorization").orElseThrow())
        .containsExactly("Bearer token-1", "Bearer token-2", "Bearer token-3");
  }

  @Test
  void bulkLoad_showsTheTokenOfItsTime() {
    server.lines(
        "{'chunk':1,'operations':1,'revision':7}", "{'done':true,'operations':1,'chunks':1}");
    try (VarveClient client = countingClient()) {
      client.bulkLoad(Stream.of(Operation.put("k", "v")));
    }
    assertThat(server.requests().getFirst().header("Authorization")).contains("Bearer token-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two secrets", "secret\nline", "secret\"", "secret-grüße"})
  void token_thatNoHeaderCarries_isNotSentAndNotPrinted(String token) {
    try (VarveClient client = client(() -> token)) {
      VarveException failure =
          catchThrowableOfType(VarveException.class, () -> client.put("k", "v"));
      assertThat(failure).isNotInstanceOf(UnknownOutcomeException.class);
      assertThat(failure.code()).isEqualTo("NO_TOKEN");
      assertThat(failure.status()).isZero();
      assertThat(failure.retryable()).isFalse();
      assertThat(stackTrace(failure)).doesNotContain("secret");
    }
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void source_thatFails_isTheCause() {
    IllegalStateException away = new IllegalStateException("The vault is away.");
    try (VarveClient client =
        client(
            () -> {
              throw away;
            })) {
      assertThatThrownBy(() -> client.get("k"))
          .isInstanceOf(VarveException.class)
          .hasMessage("NO_TOKEN: Nothing was sent: the source of the token has failed.")
          .hasCause(away);
    }
    assertThat(server.requests()).isEmpty();
  }

  /** The first try may have been done, so a second that is not even sent does not tell. */
  @Test
  void source_thatFailsAfterALostAnswer_leavesTheWriteUnknown() {
    server.lose();
    try (VarveClient client = client(() -> asked.incrementAndGet() == 1 ? "token" : "")) {
      assertThatThrownBy(() -> client.put("k", "v"))
          .isInstanceOf(UnknownOutcomeException.class)
          .hasMessageContaining("NO_TOKEN");
    }
    assertThat(server.asked()).containsExactly("PUT /v1/kv/k");
  }

  @Test
  void unknownToken_isSaid_andNotTriedAgain() {
    server.problem(401, "UNAUTHENTICATED", "");
    try (VarveClient client = countingClient()) {
      UnauthenticatedException refused =
          catchThrowableOfType(UnauthenticatedException.class, () -> client.put("k", "v"));
      assertThat(refused.code()).isEqualTo("UNAUTHENTICATED");
      assertThat(refused.status()).isEqualTo(401);
      assertThat(stackTrace(refused)).doesNotContain("token-1");
    }
    assertThat(server.asked()).hasSize(1);
  }

  /** As the guide has it. */
  @Test
  void tokenInAFile_isReadAgain(@TempDir Path directory) throws IOException {
    server.raw("text/plain", "v").raw("text/plain", "v");
    URI uri = server.uri();
    Path tokenFile = directory.resolve("token");
    Files.writeString(tokenFile, "first\n");
    Supplier<String> token =
        () -> {
          try {
            return Files.readString(tokenFile).strip();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    try (var varve = VarveClient.builder(uri).token(token).build()) {
      varve.get("k");
      Files.writeString(tokenFile, "second\n");
      varve.get("k");
    }
    assertThat(server.requests())
        .extracting(request -> request.header("Authorization").orElseThrow())
        .containsExactly("Bearer first", "Bearer second");
  }

  @Test
  void newToken_isTakenAfterARefusal() {
    server.problem(401, "UNAUTHENTICATED", "").raw("text/plain", "v");
    try (VarveClient client = countingClient()) {
      assertThatThrownBy(() -> client.get("k")).isInstanceOf(UnauthenticatedException.class);
      assertThat(client.get("k").orElseThrow().text()).isEqualTo("v");
    }
    assertThat(server.requests().getLast().header("Authorization")).contains("Bearer token-2");
  }

  @Test
  void whatIsNotAllowed_isSaid_andNotTriedAgain() {
    server.problem(403, "FORBIDDEN", "");
    try (VarveClient client = countingClient()) {
      ForbiddenException refused =
          catchThrowableOfType(
              ForbiddenException.class, () -> client.run(OneShot.of(Operation.delete("k"))));
      assertThat(refused.code()).isEqualTo("FORBIDDEN");
      assertThat(refused.status()).isEqualTo(403);
      assertThat(stackTrace(refused)).doesNotContain("token-1");
    }
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void bulkLoad_thatIsNotAllowed_saysSo() {
    server.problem(403, "FORBIDDEN", "");
    try (VarveClient client = countingClient()) {
      BulkLoadException failure =
          catchThrowableOfType(
              BulkLoadException.class, () -> client.bulkLoad(Stream.of(Operation.put("k", "v"))));
      assertThat(failure.code()).isEqualTo("FORBIDDEN");
      assertThat(failure.exact()).isTrue();
      assertThat(failure).hasCauseInstanceOf(ForbiddenException.class);
    }
  }

  /** A proxy's refusal, which is no problem document. */
  @Test
  void refusalOfAnotherForm_isOneAllTheSame() {
    server.json(401, "{}").json(403, "{}");
    try (VarveClient client = countingClient()) {
      assertThatThrownBy(() -> client.get("k")).isInstanceOf(UnauthenticatedException.class);
      assertThatThrownBy(() -> client.get("k")).isInstanceOf(ForbiddenException.class);
    }
  }

  @Test
  void settings_doNotPrintTheToken() {
    for (BearerToken token :
        new BearerToken[] {BearerToken.of("secret"), BearerToken.from(() -> "secret")}) {
      ClientSettings settings =
          new ClientSettings(
              "http://localhost",
              Duration.ofSeconds(1),
              Duration.ofSeconds(1),
              token,
              null,
              RetryPolicy.DEFAULT,
              Map::of);
      assertThat(settings.toString()).doesNotContain("secret");
      assertThat(token.toString()).doesNotContain("secret");
    }
  }

  private static String stackTrace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
