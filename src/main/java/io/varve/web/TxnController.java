package io.varve.web;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.model.ErrorCode;
import io.varve.txn.Condition;
import io.varve.txn.OneShot;
import io.varve.txn.Operation;
import io.varve.txn.TransactionOptions;
import io.varve.web.TxnRequest.CompareJson;
import io.varve.web.TxnRequest.OperationJson;
import io.varve.web.openapi.CommitErrors;
import io.varve.web.openapi.Errors;
import io.varve.web.openapi.JsonBody;
import io.varve.web.openapi.OnceUnderKey;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.annotation.JsonSerialize;

/** Transactions in one request. */
@RestController
@Guarded(Guarded.By.OPERATION)
@Tag(name = "Transactions", description = "Many operations, done together or not at all.")
final class TxnController {
  private static final int OK = 200;

  private final TransactionOptions options;
  private final WebLimits limits;
  private final Writes writes;

  TxnController(TransactionOptions options, WebLimits limits, Writes writes) {
    this.options = options;
    this.limits = limits;
    this.writes = writes;
  }

  @io.swagger.v3.oas.annotations.Operation(
      operationId = "runTransaction",
      summary = "Run a transaction",
      description =
          "Compares, then does one of two lists, atomically. Reads see the writes before them in"
              + " the list. A list with no write makes no revision.")
  @JsonBody
  @CommitErrors
  @Errors({ErrorCode.NOT_A_NUMBER, ErrorCode.KEY_TOO_LARGE, ErrorCode.VALUE_TOO_LARGE})
  @OnceUnderKey
  @ApiResponse(
      responseCode = "200",
      description = "Done, whichever list it was.",
      content = @Content(schema = @Schema(implementation = TxnAnswer.class)))
  @PostMapping(
      path = TxnHandler.PATH,
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  void run(HttpServletRequest request, HttpServletResponse response, @RequestBody TxnRequest body)
      throws IOException {
    var _ = QueryParameters.of(request, Set.of());
    ByteBudget.Share share = ByteBudget.of(request);
    long bodyBytes = share.bytes();
    List<Condition> conditions = conditions(body.compare());
    List<Operation> success = OperationJson.toOperations("success", body.success(), limits);
    List<Operation> failure = OperationJson.toOperations("failure", body.failure(), limits);
    Caller caller = Caller.of(request);
    caller.requireConditions(conditions);
    caller.requireOperations(success);
    caller.requireOperations(failure); // whichever will be done: that would tell of the conditions
    OneShot work =
        new OneShot(
            conditions,
            success,
            failure,
            new OneShot.Limits(limits.pageBytes(), limits.resultBytes(), share::add));
    writes.run(
        request,
        response,
        options.labelled(Labels.check(body.label())),
        view -> {
          share.shrinkTo(bodyBytes); // it may run more than once
          return work.run(view);
        },
        (result, revision, durable) ->
            new Writes.Answer(OK, false, answer(body, result, revision, durable)),
        WorkPools.isLarge(request, success) || WorkPools.isLarge(request, failure));
  }

  private static TxnAnswer answer(
      TxnRequest body, OneShot.Result result, long revision, long durable) {
    List<@Nullable OperationJson> done = result.succeeded() ? body.success() : body.failure();
    return new TxnAnswer(
        result.succeeded(),
        revision,
        durable,
        ResultJson.of(done == null ? List.of() : done, result.outcomes(), revision));
  }

  private static List<Condition> conditions(@Nullable List<@Nullable CompareJson> compare) {
    List<Condition> conditions = new ArrayList<>();
    if (compare != null) {
      for (CompareJson one : compare) {
        String field = "compare[" + conditions.size() + "]";
        conditions.add(OperationJson.given(field, one).toCondition(field));
      }
    }
    return conditions;
  }

  /** What a transaction did. */
  @Schema(description = "What a transaction did.")
  record TxnAnswer(
      @Schema(description = "Whether the conditions held.", example = "true") boolean succeeded,
      @Schema(
              description = "The revision that it made, or read where it wrote nothing.",
              example = "913")
          @JsonSerialize(using = PendingRevision.Writer.class)
          long revision,
      @Schema(description = "The newest revision that survives a power failure.", example = "913")
          @JsonSerialize(using = PendingRevision.Writer.class)
          long durableRevision,
      @Schema(description = "One for each operation of the list that was done.")
          List<ResultJson> results) {}
}
