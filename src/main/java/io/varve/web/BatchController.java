package io.varve.web;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.model.ErrorCode;
import io.varve.model.StoreErrors;
import io.varve.txn.Operation;
import io.varve.txn.TransactionOptions;
import io.varve.txn.WriteView;
import io.varve.web.TxnRequest.OperationJson;
import io.varve.web.openapi.CommitErrors;
import io.varve.web.openapi.Errors;
import io.varve.web.openapi.JsonBody;
import io.varve.web.openapi.OnceUnderKey;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.annotation.JsonSerialize;

/** Many writes at once, all of them or none, over whatever is there. */
@RestController
@Guarded(Guarded.By.OPERATION)
@Tag(name = "Batch and bulk", description = "Many writes.")
final class BatchController {
  private static final int OK = 200;

  private final TransactionOptions options;
  private final WebLimits limits;
  private final Writes writes;
  private final WorkPools pools;

  BatchController(TransactionOptions options, WebLimits limits, Writes writes, WorkPools pools) {
    this.options = options;
    this.limits = limits;
    this.writes = writes;
    this.pools = pools;
  }

  @io.swagger.v3.oas.annotations.Operation(
      operationId = "runBatch",
      summary = "Write many keys",
      description =
          "Puts and deletes in one commit, over whatever is there; the last one to a key counts.")
  @JsonBody
  @CommitErrors
  @OnceUnderKey
  @Errors({ErrorCode.KEY_TOO_LARGE, ErrorCode.VALUE_TOO_LARGE})
  @ApiResponse(
      responseCode = "200",
      description = "Committed.",
      content = @Content(schema = @Schema(implementation = BatchAnswer.class)))
  @PostMapping(
      path = "/v1/batch",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  void run(HttpServletRequest request, HttpServletResponse response, @RequestBody BatchRequest body)
      throws IOException {
    var _ = QueryParameters.of(request, Set.of());
    List<Operation> operations = operations(request, body);
    writes.run(
        request,
        response,
        options.labelled(Labels.check(body.label())),
        view -> apply(operations, view),
        (count, revision, durable) ->
            new Writes.Answer(OK, false, new BatchAnswer(revision, durable, count)),
        WorkPools.isLarge(request, operations));
  }

  private List<Operation> operations(HttpServletRequest request, BatchRequest body) {
    return pools.workIf(
        ByteBudget.of(request).bytes() > WorkPools.LARGE_BYTES,
        () -> {
          List<Operation> operations =
              OperationJson.toOperations("operations", body.operations(), limits);
          requireWrites(operations);
          Caller.of(request).requireOperations(operations);
          return operations;
        });
  }

  private static void requireWrites(List<Operation> operations) {
    for (int i = 0; i < operations.size(); i++) {
      if (!(operations.get(i) instanceof Operation.Put)
          && !(operations.get(i) instanceof Operation.Delete)) {
        throw StoreErrors.malformed(
            "operations[" + i + "]",
            "A batch takes put and delete. Send other operations to " + TxnHandler.PATH + ".");
      }
    }
  }

  private static int apply(List<Operation> operations, WriteView view) {
    for (Operation operation : operations) {
      if (operation instanceof Operation.Put put) {
        view.put(put.key(), put.value());
      } else if (operation instanceof Operation.Delete delete) {
        view.delete(delete.key());
      }
    }
    return operations.size();
  }

  /** Writes to make together. */
  @Schema(description = "Writes to make together.")
  record BatchRequest(
      @Schema(description = "Puts and deletes, in order.")
          @Nullable List<@Nullable OperationJson> operations,
      @Schema(
              description = "What the client calls it; others see it in conflicts.",
              example = "billing",
              maxLength = Labels.MAX_LENGTH)
          @Nullable String label) {}

  /** What a batch did. */
  @Schema(description = "What a batch did.")
  record BatchAnswer(
      @Schema(
              description = "The revision that it made, or read where there was nothing to do.",
              example = "913")
          @JsonSerialize(using = PendingRevision.Writer.class)
          long revision,
      @Schema(description = "The newest revision that survives a power failure.", example = "913")
          @JsonSerialize(using = PendingRevision.Writer.class)
          long durableRevision,
      @Schema(description = "How many operations there were.", example = "2") int operations) {}
}
