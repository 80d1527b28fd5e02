package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.model.Revision;
import io.varve.model.TransactionErrors;
import io.varve.txn.AdaptiveBatchChunk;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests for {@link BulkAnswer}. */
@Timeout(60)
final class BulkAnswerTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final MockHttpServletResponse response = new MockHttpServletResponse();

  private BulkAnswer begin() throws IOException {
    return BulkAnswer.begin(NdjsonOutput.to(response, NdjsonOutput.writer(JSON)));
  }

  private static AdaptiveBatchChunk chunk(int number, long entries, Supplier<Revision> revision) {
    return new AdaptiveBatchChunk(number, entries, 1000.4, 0.123456, revision);
  }

  private static Supplier<Revision> at(long revision) {
    return () -> new Revision(revision);
  }

  private String body() throws UnsupportedEncodingException {
    return response.getContentAsString();
  }

  @Test
  void line_isThereOnceTheChunkIsCommitted() throws Exception {
    CountDownLatch committed = new CountDownLatch(1);
    try (BulkAnswer answer = begin()) {
      assertThat(response.isCommitted()).isTrue();
      answer.add(
          chunk(
              1,
              10,
              () -> {
                awaitQuietly(committed);
                return new Revision(7);
              }));
      assertThat(body()).isEmpty();
      committed.countDown();
      await()
          .until(
              () ->
                  body()
                      .equals(
                          "{\"chunk\":1,\"operations\":10,\"revision\":7,\"opsPerSecond\":1000,"
                              + "\"rsd\":0.1235}\n"));
    }
  }

  /** Who sends all of a load before it reads must find the lines in the buffers on the way. */
  @Test
  void lines_ofLongLoad_areFew() throws Exception {
    int all = 1_000_000;
    BulkAnswer answer = begin();
    try (answer) {
      for (int number = 1; number <= all; number++) {
        answer.add(chunk(number, 1, at(number)));
      }
    }
    String[] lines = body().split("\n", -1);
    assertThat(lines.length).isLessThan(400);
    for (int i = 0; i < BulkAnswer.SINGLE_LINES / 2; i++) {
      assertThat(JSON.readTree(lines[i]).get("operations").asLong()).isEqualTo(1);
    }
    long operations = 0;
    for (String line : lines) {
      operations += line.isEmpty() ? 0 : JSON.readTree(line).get("operations").asLong();
    }
    assertThat(operations).isEqualTo(all);
  }

  /** While lines cannot be sent, two become one, and the operations still add up. */
  @Test
  void lines_thatWait_areBounded() throws Exception {
    int all = 10 * BulkAnswer.MAX_WAITING;
    CountDownLatch stuck = new CountDownLatch(1);
    BulkAnswer answer = begin();
    try (answer) {
      answer.add(
          chunk(
              1,
              1,
              () -> {
                awaitQuietly(stuck);
                return new Revision(1);
              }));
      for (int number = 2; number <= all; number++) {
        answer.add(chunk(number, number, at(number)));
      }
      stuck.countDown();
    }
    String[] lines = body().split("\n", -1);
    assertThat(lines.length).isLessThanOrEqualTo(BulkAnswer.MAX_WAITING + 2);
    long operations = 0;
    long last = 0;
    for (String line : lines) {
      if (!line.isEmpty()) {
        JsonNode chunk = JSON.readTree(line);
        operations += chunk.get("operations").asLong();
        assertThat(chunk.get("revision").asLong()).isGreaterThan(last);
        last = chunk.get("revision").asLong();
        assertThat(chunk.get("chunk").asLong()).isEqualTo(last);
      }
    }
    assertThat(operations).isEqualTo(all * (all + 1L) / 2);
    assertThat(last).isEqualTo(all);
    answer.writeProblem(Map.of("code", "X"));
    assertThat(body())
        .endsWith(
            "{\"done\":false,\"operations\":"
                + operations
                + ",\"chunks\":"
                + all
                + ",\"revision\":"
                + all
                + ",\"problem\":{\"code\":\"X\"}}\n");
  }

  @Test
  void chunk_ofUnknownFate_isNotCounted() throws Exception {
    BulkAnswer answer = begin();
    try (answer) {
      answer.add(chunk(1, 5, at(3)));
      answer.add(
          chunk(
              2,
              5,
              () -> {
                throw TransactionErrors.unknownOutcome(null);
              }));
    }
    assertThat(answer.failure()).isNotNull();
    assertThat(answer.failure().context()).containsEntry("outcome", "unknown");
    answer.writeProblem(Map.of());
    assertThat(body())
        .endsWith("{\"done\":false,\"operations\":5,\"chunks\":1,\"revision\":3,\"problem\":{}}\n");
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
