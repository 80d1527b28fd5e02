package io.varve.client;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** One bulk load. For one thread, which is the one that the source is read in. */
final class BulkLoader {
  /*
   * The server tells of every chunk while it still reads. Over HTTP/1.1 the JDK's client reads nothing of an
   * answer before all of the request is sent; if the lines filled the buffers between the two, the server
   * would wait for the client and the client for the server. So a load is sent as several requests, each with
   * an answer of some hundred lines at most. For the same reason a request is not larger than a server may be
   * asked to read to its end, when it ends the load early: if it closes the connection before, its answer is
   * lost. A refusal from the start is heard at once, since the body is sent only when the server asks for it. Within a request the operations go through a pipe of a few
   * blocks: the source waits while the server is busy, and is never held in memory.
   */
  private static final int BLOCK_BYTES = 64 << 10;
  private static final int MAX_BLOCKS = 16;
  private static final Call CALL =
      Call.of("POST", "/v1/bulk", Call.Kind.ONCE).header("Content-Type", "application/x-ndjson");

  /**
   * How large a request may become.
   *
   * @param operations how many operations
   * @param bytes how many bytes, but for the last operation
   */
  record PartLimits(long operations, long bytes) {
    static final PartLimits DEFAULT = new PartLimits(250_000, 64L << 20);
  }

  private final HttpCalls calls;
  private final Duration timeout;
  private final PartLimits limits;
  private final Consumer<? super BulkChunk> progress;
  private BulkResult committed = new BulkResult(0, 0, 0);

  /** Operations that were sent in requests before this one: how far its line numbers are off. */
  private long sentBefore;

  BulkLoader(
      HttpCalls calls, Duration timeout, PartLimits limits, Consumer<? super BulkChunk> progress) {
    this.calls = calls;
    this.timeout = timeout;
    this.limits = limits;
    this.progress = progress;
  }

  /** Loads all of the source. */
  BulkResult load(Iterator<? extends Operation.Write> source) {
    while (hasNext(source)) {
      Filled filled = sendPart(source);
      if (filled.failure() != null) {
        throw sourceFailed(filled.failure());
      }
      sentBefore += filled.operations();
    }
    return committed;
  }

  private boolean hasNext(Iterator<?> source) {
    try {
      return source.hasNext();
    } catch (RuntimeException e) {
      throw sourceFailed(e);
    }
  }

  /**
   * How the body of a request was made.
   *
   * @param operations how many operations it has
   * @param failure what the source threw, or null
   */
  private record Filled(long operations, @Nullable RuntimeException failure) {}

  /** Sends one request. If the source fails, what came before it is loaded all the same. */
  private Filled sendPart(Iterator<? extends Operation.Write> source) {
    CompletableFuture<HttpResponse<byte[]>> answer = null;
    try (var pipe = new BodyPipe(MAX_BLOCKS)) {
      answer = calls.begin(CALL, BodyPublishers.ofInputStream(() -> pipe));
      var _ = answer.whenComplete((_, _) -> pipe.abandon());
      Filled filled = fill(pipe, source);
      pipe.end();
      HttpResponse<byte[]> response = HttpCalls.await(CALL.name(), answer, timeout);
      read(new Answer(CALL, response.statusCode(), response.headers(), response.body()), filled);
      return filled;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed(HttpCalls.interrupted(CALL.name(), e));
    } catch (BulkLoadException e) {
      throw e;
    } catch (VarveException e) {
      throw failed(e);
    } finally {
      if (answer != null) {
        answer.cancel(true);
      }
    }
  }

  /** Writes operations until the request is large enough, or nobody reads them any more. */
  private Filled fill(BodyPipe pipe, Iterator<? extends Operation.Write> source)
      throws InterruptedException {
    var lines = new ByteArrayOutputStream(2 * BLOCK_BYTES);
    long operations = 0;
    long bytes = 0;
    RuntimeException failure = null;
    boolean isRead = true;
    try {
      while (isRead
          && operations < limits.operations()
          && bytes < limits.bytes()
          && source.hasNext()) {
        JsonBody.line(Objects.requireNonNull(source.next()), lines);
        operations++;
        if (lines.size() >= BLOCK_BYTES) {
          bytes += lines.size();
          isRead = flush(lines, pipe);
        }
      }
    } catch (RuntimeException e) {
      failure = e;
    }
    if (isRead && lines.size() > 0) {
      var _ = flush(lines, pipe);
    }
    return new Filled(operations, failure);
  }

  /** Whether the block was taken; false if the answer is there already. */
  private boolean flush(ByteArrayOutputStream lines, BodyPipe pipe) throws InterruptedException {
    byte[] block = lines.toByteArray();
    lines.reset();
    return switch (pipe.put(block, timeout)) {
      case TAKEN -> true;
      case ABANDONED -> false;
      case STALLED ->
          throw HttpCalls.lost(
              CALL.name(), new TimeoutException("Nothing was read for " + timeout));
    };
  }

  /** Reads the answer to a request: a line for each chunk, and one that says that all was done. */
  private void read(Answer answer, Filled filled) {
    if (!answer.isSuccess()) {
      throw failed(VarveException.of(answer));
    }
    long before = committed.operations();
    boolean isDone = false;
    for (String line : new String(answer.body(), StandardCharsets.UTF_8).split("\n", -1)) {
      if (!line.isBlank()) {
        isDone |= readLine(line);
      }
    }
    if (!isDone || committed.operations() - before != filled.operations()) {
      throw failed(VarveException.unexpected(answer.status(), CALL.name()));
    }
  }

  /** Whether it is the line that says that all was done. */
  private boolean readLine(String line) {
    BulkChunk chunk;
    try {
      JsonNode node = Json.parse(line);
      Problem problem = Json.problemInLine(node);
      if (problem != null) {
        throw ended(problem);
      }
      if (Json.isTrue(node, "done")) {
        return true;
      }
      chunk = Json.chunk(node, committed);
    } catch (JacksonException | IllegalArgumentException _) {
      throw failed(VarveException.unexpected(0, CALL.name()));
    }
    committed = new BulkResult(chunk.operationsSoFar(), chunk.chunk(), chunk.revision());
    progress.accept(chunk);
    return false;
  }

  /** The server has told all that it committed, and why it does not go on. */
  private BulkLoadException ended(Problem problem) {
    long line = problem.member("line") instanceof Number number ? number.longValue() : 0;
    return new BulkLoadException(problem, committed, true, line == 0 ? 0 : sentBefore + line, null);
  }

  private BulkLoadException failed(VarveException cause) {
    boolean isExact = cause.fate() != Fate.UNKNOWN;
    return new BulkLoadException(cause.problem(), committed, isExact, 0, cause);
  }

  private BulkLoadException sourceFailed(RuntimeException cause) {
    Problem problem =
        Problem.of(
            0,
            Problem.SOURCE_FAILED,
            "The source failed after " + committed.operations() + " operations, which are loaded.",
            false);
    return new BulkLoadException(problem, committed, true, 0, cause);
  }
}
