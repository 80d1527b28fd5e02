package io.varve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an application adds to the requests of its client. */
final class HeadersTest {
  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(20));

  private final ScriptedServer server = new ScriptedServer();

  @AfterEach
  void stop() {
    server.close();
  }

  private VarveClient.Builder builder() {
    return VarveClient.builder(server.uri()).token("ours").retry(POLICY);
  }

  @Test
  void headers_areAskedForWithEveryTry() {
    AtomicInteger asked = new AtomicInteger();
    server.lose().json(201, "{'revision':7,'created':true}");
    try (VarveClient client =
        builder()
            .headers(() -> Map.of("traceparent", "try-" + asked.incrementAndGet()))
            .build(new ManualSurroundings().surroundings())) {
      client.put("k", "v");
    }
    assertThat(server.requests())
        .extracting(request -> request.header("traceparent").orElseThrow())
        .containsExactly("try-1", "try-2");
  }

  @Test
  void headers_replaceNoneOfTheClients() {
    server.json(201, "{'revision':7,'created':true}");
    try (VarveClient client =
        builder()
            .headers(() -> Map.of("authorization", "theirs", "idempotency-key", "theirs"))
            .build(new ManualSurroundings().surroundings())) {
      client.put("k", "v");
    }
    ScriptedServer.Request request = server.requests().getFirst();
    assertThat(request.header("Authorization")).contains("Bearer ours");
    assertThat(request.header("Idempotency-Key")).contains("name1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "line\nend", "quote\"", "grüße"})
  void token_thatNoHeaderCarries_isRefusedAndNotPrinted(String token) {
    assertThatThrownBy(() -> builder().token(token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("token must consist of letters, digits and -._~+/, as a bearer token does");
  }
}
