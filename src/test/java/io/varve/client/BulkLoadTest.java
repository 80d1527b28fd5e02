package io.varve.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class BulkLoadTest {
  private static final String DONE = "{\"done\":true,\"operations\":0,\"chunks\":0}\n";

  private final ScriptedServer server = new ScriptedServer();
  private final VarveClient client =
      VarveClient.builder(server.uri())
          .requestTimeout(Duration.ofSeconds(20))
          .build(new ManualSurroundings().surroundings());
  private final List<BulkChunk> chunks = new ArrayList<>();

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static Stream<Operation.Write> puts(int count) {
    return IntStream.range(0, count).mapToObj(i -> Operation.put("k" + i, "v" + i));
  }

  private BulkResult load(Stream<? extends Operation.Write> writes, long partOperations) {
    return client.bulkLoad(
        writes, chunks::add, new BulkLoader.PartLimits(partOperations, Long.MAX_VALUE));
  }

  /** Answers a line for each {@code chunkLines} while it still reads, as the server does. */
  private void duplex(HttpExchange exchange, int chunkLines, String padding) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    var body = new BufferedReader(new InputStreamReader(exchange.getRequestBody(), UTF_8));
    int lines = 0;
    int chunk = 0;
    while (body.readLine() != null) {
      lines++;
      if (lines == chunkLines) {
        chunk++;
        write(exchange, chunkLine(chunk, lines, padding));
        lines = 0;
      }
    }
    if (lines > 0) {
      write(exchange, chunkLine(chunk + 1, lines, padding));
    }
    write(exchange, DONE);
    exchange.close();
  }

  private static String chunkLine(int chunk, int operations, String padding) {
    return ("{'chunk':" + chunk + ",'operations':" + operations + ",'revision':" + (100 + chunk))
            .replace('\'', '"')
        + ",\"rsd\":\""
        + padding
        + "\"}\n";
  }

  private static void write(HttpExchange exchange, String text) throws IOException {
    exchange.getResponseBody().write(text.getBytes(UTF_8));
    exchange.getResponseBody().flush();
  }

  @Test
  void load_isSentAsLinesInParts() {
    server
        .lines("{'chunk':1,'operations':2,'revision':5,'opsPerSecond':9}", "{'done':true}")
        .lines(
            "{'chunk':1,'operations':1,'revision':7}",
            "{'chunk':2,'operations':1,'revision':8}",
            "{'done':true}")
        .lines("{'chunk':1,'operations':1,'revision':9}", "{'done':true}");
    Stream<Operation.Write> writes =
        Stream.of(
            Operation.put("a", VarveValue.of(new byte[] {(byte) 0xFF})),
            Operation.delete("b"),
            Operation.put("c", "3"),
            Operation.delete("d"),
            Operation.delete("e"));
    assertThat(load(writes, 2)).isEqualTo(new BulkResult(5, 4, 9));
    assertThat(chunks)
        .containsExactly(
            new BulkChunk(1, 2, 5, 9, 2),
            new BulkChunk(2, 1, 7, 0, 3),
            new BulkChunk(3, 1, 8, 0, 4),
            new BulkChunk(4, 1, 9, 0, 5));
    assertThat(server.requests().getFirst().body())
        .isEqualTo(
            """
            {"put":{"key":"a","value":{"base64":"/w=="}}}
            {"delete":{"key":"b"}}
            """);
    assertThat(server.requests().getFirst().header("Content-Type"))
        .contains("application/x-ndjson");
    assertThat(server.keys()).containsExactly("", "", "");
  }

  @Test
  void nothing_isNotSent() {
    assertThat(load(Stream.empty(), 2)).isEqualTo(new BulkResult(0, 0, 0));
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void serverThatAnswersWhileItReads_isNoDeadlock() {
    // Some 20 MB of answers: more than all buffers between the two would hold.
    String padding = "x".repeat(500);
    for (int part = 0; part < 20; part++) {
      server.then(exchange -> duplex(exchange, 1, padding));
    }
    assertThat(load(puts(40_000), 2_000).operations()).isEqualTo(40_000);
    assertThat(chunks).hasSize(40_000);
    assertThat(chunks.getLast().operationsSoFar()).isEqualTo(40_000);
  }

  @Test
  void slowServer_holdsTheSourceUp() throws InterruptedException {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicLong taken = new AtomicLong();
    server.then(
        exchange -> {
          try {
            assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          duplex(exchange, 1_000, "");
        });
    VarveValue large = VarveValue.text("x".repeat(64 << 10));
    Stream<Operation.Write> writes =
        LongStream.range(0, 1_000)
            .mapToObj(
                i -> {
                  taken.incrementAndGet();
                  return Operation.put("k" + i, large);
                });
    Thread loader = Thread.ofPlatform().start(() -> load(writes, 1_000));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> loader.getState() == Thread.State.TIMED_WAITING && taken.get() > 16);
    // The pipe holds 16 blocks; the rest is in the buffers of the two sockets.
    assertThat(taken.get()).isLessThan(400);
    goOn.countDown();
    loader.join(Duration.ofSeconds(30));
    assertThat(taken).hasValue(1_000);
    assertThat(chunks.getLast().operationsSoFar()).isEqualTo(1_000);
  }

  @Test
  void badLine_isNamedByItsPlaceInTheLoad() {
    server
        .lines("{'chunk':1,'operations':2,'revision':5}", "{'done':true}")
        .lines(
            "{'chunk':1,'operations':1,'revision':6}",
            "{'status':413,'code':'VALUE_TOO_LARGE','detail':'Too large.','line':2}");
    BulkLoadException failure =
        catchThrowableOfType(BulkLoadException.class, () -> load(puts(10), 2));
    assertThat(failure.code()).isEqualTo("VALUE_TOO_LARGE");
    assertThat(failure.line()).hasValue(4);
    assertThat(failure.committedOperations()).isEqualTo(3);
    assertThat(failure.lastRevision()).isEqualTo(6);
    assertThat(failure.exact()).isTrue();
    assertThat(server.asked()).hasSize(2);
  }

  @Test
  void problemWithin_isFoundToo() {
    server.lines("{'done':false,'problem':{'status':400,'code':'MALFORMED_REQUEST','line':1}}");
    BulkLoadException failure =
        catchThrowableOfType(BulkLoadException.class, () -> load(puts(10), 20));
    assertThat(failure.code()).isEqualTo("MALFORMED_REQUEST");
    assertThat(failure.line()).hasValue(1);
  }

  @Test
  void refusedLoad_hasCommittedNothing() {
    server.problem(429, "TOO_MANY_REQUESTS", "");
    BulkLoadException failure =
        catchThrowableOfType(BulkLoadException.class, () -> load(puts(10), 20));
    assertThat(failure.status()).isEqualTo(429);
    assertThat(failure.committedOperations()).isZero();
    assertThat(failure.exact()).isTrue();
    assertThat(server.asked()).hasSize(1);
  }

  @Test
  void lostAnswer_leavesTheCountOpen() {
    server.lines("{'chunk':1,'operations':2,'revision':5}", "{'done':true}").lose();
    BulkLoadException failure =
        catchThrowableOfType(BulkLoadException.class, () -> load(puts(10), 2));
    assertThat(failure.code()).isEqualTo("NO_ANSWER");
    assertThat(failure.committedOperations()).isEqualTo(2);
    assertThat(failure.exact()).isFalse();
  }

  @Test
  void answerWithoutAnEnd_isNoSuccess() {
    server.lines("{'chunk':1,'operations':2,'revision':5}");
    assertThatThrownBy(() -> load(puts(2), 2)).hasMessageContaining("UNEXPECTED_ANSWER");
    server.lines("{'chunk':1,'operations':1,'revision':5}", "{'done':true}");
    assertThatThrownBy(() -> load(puts(2), 2)).hasMessageContaining("UNEXPECTED_ANSWER");
  }

  @Test
  void failingSource_isLoadedUpToThere() {
    server.lines("{'chunk':1,'operations':3,'revision':5}", "{'done':true}");
    Stream<Operation.Write> writes =
        puts(10)
            .peek(
                write -> {
                  if (write instanceof Operation.Put put && put.key().text().equals("k3")) {
                    throw new IllegalStateException("of the source");
                  }
                });
    BulkLoadException failure =
        catchThrowableOfType(BulkLoadException.class, () -> load(writes, 20));
    assertThat(failure.code()).isEqualTo("SOURCE_FAILED");
    assertThat(failure).hasCauseInstanceOf(IllegalStateException.class);
    assertThat(failure.committedOperations()).isEqualTo(3);
    assertThat(failure.exact()).isTrue();
  }

  @Test
  void serverThatEndsTheLoadEarly_isHeard() {
    server.then(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          write(exchange, "{\"status\":400,\"code\":\"MALFORMED_REQUEST\",\"line\":1}\n");
          exchange.close();
        });
    BulkLoadException failure =
        catchThrowableOfType(BulkLoadException.class, () -> load(puts(1_000_000), 1_000_000));
    assertThat(failure.code()).isIn("MALFORMED_REQUEST", "NO_ANSWER");
    assertThat(failure.committedOperations()).isZero();
  }

  @Test
  void stream_isClosed() {
    List<String> closed = new ArrayList<>();
    server.lines("{'chunk':1,'operations':2,'revision':5}", "{'done':true}");
    load(puts(2).onClose(() -> closed.add("closed")), 20);
    assertThat(closed).containsExactly("closed");
  }
}
