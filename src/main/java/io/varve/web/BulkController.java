package io.varve.web;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.access.Action;
import io.varve.model.ErrorCode;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.txn.AdaptiveBatchReport;
import io.varve.txn.StoreSessions;
import io.varve.web.openapi.BulkParameters;
import io.varve.web.openapi.Errors;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Set;
import org.apache.catalina.connector.ClientAbortException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Loads of any length, a line an operation, committed in chunks while they arrive. */
@RestController
@Guarded(Guarded.By.OPERATION)
@Tag(name = "Batch and bulk", description = "Many writes.")
final class BulkController {
  private static final Set<String> PARAMETERS = Set.of("label", "expected");

  private final StoreSessions sessions;
  private final WebLimits limits;
  private final Admission admission;
  private final BulkLoad.Delay delay = BulkLoad.Delay.virtual();
  private final ObjectReader reader;
  private final ObjectWriter writer;

  BulkController(StoreSessions sessions, WebLimits limits, Admission admission, JsonMapper json) {
    this.sessions = sessions;
    this.limits = limits;
    this.admission = admission;
    this.reader = json.readerFor(BulkLine.class);
    this.writer = NdjsonOutput.writer(json);
  }

  /**
   * Reads the body to its end or to the first bad line. The answer is a line for each chunk and one
   * about the end; what the status says is only that the load has begun. A client should read while
   * it sends.
   */
  @Operation(
      operationId = "bulkLoad",
      summary = "Load a stream of writes",
      description =
          "A put or a delete a line, committed in chunks while they arrive. The answer has a line"
              + " for each chunk as soon as it is committed, in a long load one for several, and a"
              + " last one; where the load ended early, that one has the problem.")
  @BulkParameters
  @RequestBody(
      description = "Lines, each a put or a delete.",
      required = true,
      content =
          @Content(
              mediaType = MediaType.APPLICATION_NDJSON_VALUE,
              schema = @Schema(implementation = BulkLine.class)))
  @Errors({
    ErrorCode.MALFORMED_REQUEST,
    ErrorCode.REQUEST_TIMEOUT,
    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
    ErrorCode.TOO_MANY_REQUESTS,
    ErrorCode.WRITE_STALL,
    ErrorCode.DISK_FULL
  })
  @ApiResponse(
      responseCode = "200",
      description = "Begun; the lines tell how it goes.",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_NDJSON_VALUE,
              schema =
                  @Schema(
                      oneOf = {
                        BulkAnswer.Chunk.class,
                        BulkAnswer.Done.class,
                        BulkAnswer.Ended.class
                      })))
  @PostMapping(
      path = "/v1/bulk",
      consumes = {MediaType.APPLICATION_NDJSON_VALUE, MediaType.APPLICATION_OCTET_STREAM_VALUE},
      // Generated Java clients accept problems alone where an operation has no answer in plain
      // JSON.
      produces = {MediaType.APPLICATION_NDJSON_VALUE, MediaType.APPLICATION_PROBLEM_JSON_VALUE})
  void load(HttpServletRequest request, HttpServletResponse response) throws IOException {
    QueryParameters query = QueryParameters.of(request, PARAMETERS);
    Caller.of(request).requireSome(Action.WRITE);
    String label = Labels.check(query.text("label"));
    long expected = query.number("expected", 0);
    sessions.transactions().requireWritable();
    ByteBudget.of(request).add(BulkLoad.OPEN_BYTES);
    load(request, response, label, expected);
  }

  private void load(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable String label,
      long expected)
      throws IOException {
    var growth = new LineGrowth(ByteBudget.of(request));
    var lines =
        new LineReader(
            request.getInputStream(),
            request.getContentLengthLong(),
            limits.requestBytes(),
            growth::add);
    awaitFirst(lines);
    var _ = admission.bulkLoad(() -> true); // refused here, it has its status still
    BulkAnswer answer = BulkAnswer.begin(NdjsonOutput.to(response, writer));
    Outcome outcome;
    try (answer) {
      BulkLoad load =
          new BulkLoad(
              admission,
              ByteBudget.of(request),
              Caller.of(request),
              reader,
              answer,
              sessions.transactions().bulkWriter(expected, label, answer::add),
              growth.bytes,
              delay);
      growth.load = load;
      outcome = run(load, lines);
    }
    StoreException failure = answer.failure();
    switch (failure == null ? outcome : new Outcome.Failed(failure, null)) {
      case Outcome.Done done -> answer.writeDone(done.report());
      case Outcome.Failed failed -> answer.writeProblem(problem(request, failed));
    }
  }

  /** Bytes of long lines, which the load accounts for once it runs. Used by one thread. */
  private static final class LineGrowth {
    private final ByteBudget.Share share;
    private long bytes;
    private @Nullable BulkLoad load;

    LineGrowth(ByteBudget.Share share) {
      this.share = share;
    }

    void add(long more) {
      if (load != null) {
        load.growLine(more);
      } else {
        share.add(more);
        bytes += more;
      }
    }
  }

  /** How the reading of a body ended. */
  private sealed interface Outcome {
    /** Everything is committed. */
    record Done(AdaptiveBatchReport report) implements Outcome {}

    /**
     * It ended early.
     *
     * @param problem why
     * @param line the line that is to blame, or null
     */
    record Failed(StoreException problem, @Nullable Long line) implements Outcome {}
  }

  private static Outcome run(BulkLoad load, LineReader lines) {
    try {
      return new Outcome.Done(load.run(lines));
    } catch (StoreException e) {
      // The chunk in the making is dropped; the answer waits for the one that is on its way.
      boolean isBadLine =
          HttpStatuses.of(e.code()).is4xxClientError() && !InflatingStream.hasRefused(e);
      return new Outcome.Failed(e, isBadLine ? lines.number() : null);
    } catch (IOException e) {
      return stopped(load, e);
    } finally {
      load.giveUp();
    }
  }

  /**
   * A silent client has sent whole lines, which count; the last of a cut body may be half of one.
   */
  private static Outcome stopped(BulkLoad load, IOException e) {
    boolean isSilent = isTimeout(e);
    if (isSilent) {
      try {
        var _ = load.finish();
      } catch (StoreException failure) {
        return new Outcome.Failed(failure, null);
      }
    }
    return new Outcome.Failed(StoreErrors.loadStopped(isSilent), null);
  }

  private static boolean isTimeout(@Nullable Throwable failure) {
    return failure != null
        && (failure instanceof SocketTimeoutException || isTimeout(failure.getCause()));
  }

  private static Map<String, Object> problem(HttpServletRequest request, Outcome.Failed failed) {
    Map<String, Object> problem = Problems.body(request, failed.problem());
    AuditTrail.noteCode(request, failed.problem().code());
    if (failed.line() != null) {
      problem.put("line", failed.line());
    }
    return problem;
  }

  private static void awaitFirst(LineReader lines) throws IOException {
    try {
      lines.awaitFirst();
    } catch (IOException e) {
      throw aborted(e);
    }
  }

  /** A body without its end: the client is gone, or has given up. */
  private static IOException aborted(IOException e) {
    return e instanceof ClientAbortException ? e : new ClientAbortException(e);
  }
}
