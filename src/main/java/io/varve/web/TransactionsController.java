package io.varve.web;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.access.Action;
import io.varve.model.ErrorCode;
import io.varve.model.StoreErrors;
import io.varve.txn.CommittedTransaction;
import io.varve.txn.Executed;
import io.varve.txn.StoreSessions;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionRef;
import io.varve.txn.TransactionStatus;
import io.varve.web.openapi.AnswerHeader;
import io.varve.web.openapi.CommitErrors;
import io.varve.web.openapi.Errors;
import io.varve.web.openapi.InTransactionErrors;
import io.varve.web.openapi.JsonBody;
import io.varve.web.openapi.OnceUnderKey;
import io.varve.web.openapi.TransactionId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The life of interactive transactions; what is done inside of them is elsewhere. */
@RestController
@Guarded(Guarded.By.OPERATION)
@Tag(name = "Transactions", description = "Many operations, done together or not at all.")
final class TransactionsController {
  private static final String PATH = "/v1/transactions";
  private static final int OK = 200;

  private final StoreSessions sessions;
  private final TransactionOptions options;
  private final RevisionHeaders headers;
  private final Writes writes;

  TransactionsController(
      StoreSessions sessions, TransactionOptions options, RevisionHeaders headers, Writes writes) {
    this.sessions = sessions;
    this.options = options;
    this.headers = headers;
    this.writes = writes;
  }

  @Operation(
      operationId = "beginTransaction",
      summary = "Begin a transaction",
      description = "It reads one revision and keeps its writes to itself until it commits.")
  @JsonBody
  @Errors({
    ErrorCode.TOO_MANY_TRANSACTIONS,
    ErrorCode.TOO_MANY_REQUESTS,
    ErrorCode.REVISION_IN_FUTURE,
    ErrorCode.REVISION_PRUNED,
    ErrorCode.REVISION_LOST
  })
  @ApiResponse(responseCode = "201", description = "Begun.", useReturnTypeSchema = true)
  @AnswerHeader(name = "Location", on = 201)
  @PostMapping(
      path = PATH,
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<TransactionJson> begin(
      HttpServletRequest request,
      HttpServletResponse response,
      @RequestBody(required = false) @Nullable BeginRequest body) {
    var _ = QueryParameters.of(request, Set.of());
    BeginRequest asked = body == null ? BeginRequest.DEFAULTS : body;
    Caller caller = Caller.of(request);
    caller.requireSome(Action.READ);
    TransactionStatus begun =
        sessions.registry().begin(caller.principal().id(), asked.options(options), asked.point());
    if (begun.lease() != null) {
      headers.set(response, begun.lease().snapshot());
    }
    return ResponseEntity.created(URI.create(PATH + "/" + begun.id()))
        .body(TransactionJson.of(begun));
  }

  @Operation(
      operationId = "getTransaction",
      summary = "Ask how a transaction stands",
      description = "That of a commit is kept for an hour and over restarts.")
  @TransactionId
  @ApiResponse(responseCode = "200", description = "How it stands.", useReturnTypeSchema = true)
  @GetMapping(path = PATH + "/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  TransactionJson status(HttpServletRequest request, @PathVariable String id) {
    var _ = QueryParameters.of(request, Set.of());
    return TransactionJson.of(sessions.registry().status(Caller.of(request).transaction(id)));
  }

  @Operation(
      operationId = "commitTransaction",
      summary = "Commit a transaction",
      description = "Sent again, it gets the same answer.")
  @TransactionId
  @InTransactionErrors
  @CommitErrors
  @OnceUnderKey
  @ApiResponse(
      responseCode = "200",
      description = "Committed.",
      content = @Content(schema = @Schema(implementation = TransactionJson.class)))
  @PostMapping(path = PATH + "/{id}/commit", produces = MediaType.APPLICATION_JSON_VALUE)
  void commit(HttpServletRequest request, HttpServletResponse response, @PathVariable String id)
      throws IOException {
    requireNothing(request);
    Caller caller = Caller.of(request);
    TransactionRef transaction = caller.transaction(id);
    Writes.Execution<CommittedTransaction> execution =
        (session, outcomes) -> {
          CommittedTransaction done =
              session
                  .registry()
                  .commit(
                      transaction,
                      key -> caller.require(Action.WRITE, key),
                      ahead -> outcomes.apply(executed(ahead)));
          return executed(done);
        };
    writes.run(
        request,
        response,
        execution,
        (done, revision, durable) ->
            new Writes.Answer(
                OK, false, TransactionJson.committed(id, revision, durable(done, durable))));
  }

  private static Executed<CommittedTransaction> executed(CommittedTransaction transaction) {
    return new Executed<>(transaction, transaction.revision(), transaction.wrote(), 1);
  }

  /** The same however often it is asked for, so not what is durable by now. */
  private static long durable(CommittedTransaction done, long byNow) {
    return byNow == PendingRevision.VALUE ? byNow : done.durable().value();
  }

  @Operation(
      operationId = "rollbackTransaction",
      summary = "Give a transaction up",
      description = "May be repeated.")
  @TransactionId
  @InTransactionErrors
  @ApiResponse(responseCode = "200", description = "Given up.", useReturnTypeSchema = true)
  @PostMapping(path = PATH + "/{id}/rollback", produces = MediaType.APPLICATION_JSON_VALUE)
  TransactionJson rollback(HttpServletRequest request, @PathVariable String id) {
    requireNothing(request);
    sessions.registry().rollback(Caller.of(request).transaction(id));
    return TransactionJson.rolledBack(id);
  }

  /** A commit that was meant for something else must not happen. */
  private static void requireNothing(HttpServletRequest request) {
    var _ = QueryParameters.of(request, Set.of());
    if (request.getContentLengthLong() > 0) {
      throw StoreErrors.malformed("body", "This call takes no body.");
    }
  }
}
