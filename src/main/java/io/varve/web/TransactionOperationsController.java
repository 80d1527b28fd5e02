package io.varve.web;

import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.model.ErrorCode;
import io.varve.txn.OneShot;
import io.varve.txn.Operation;
import io.varve.txn.StoreSessions;
import io.varve.txn.WriteView;
import io.varve.web.TxnRequest.OperationJson;
import io.varve.web.openapi.Errors;
import io.varve.web.openapi.InTransactionErrors;
import io.varve.web.openapi.JsonBody;
import io.varve.web.openapi.RangeParameters;
import io.varve.web.openapi.TransactionId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * Ranges of keys inside of an interactive transaction, and many operations in one call, of which
 * all are done or none.
 */
@RestController
@Guarded(Guarded.By.OPERATION)
@Tag(name = "Transactions", description = "Many operations, done together or not at all.")
final class TransactionOperationsController {
  private final StoreSessions sessions;
  private final Admission admission;
  private final RevisionHeaders headers;
  private final WebLimits limits;
  private final EntryPages pages;
  private final WorkPools pools;

  TransactionOperationsController(
      StoreSessions sessions,
      Admission admission,
      RevisionHeaders headers,
      WebLimits limits,
      EntryPages pages,
      WorkPools pools) {
    this.sessions = sessions;
    this.admission = admission;
    this.headers = headers;
    this.limits = limits;
    this.pages = pages;
    this.pools = pools;
  }

  /** At the snapshot, with the transaction's own writes as they are when a page is read. */
  @io.swagger.v3.oas.annotations.Operation(
      operationId = "getEntriesInTransaction",
      summary = "Read a range in a transaction")
  @TransactionId
  @RangeParameters
  @InTransactionErrors
  @ApiResponse(responseCode = "200", description = "A page.")
  @GetMapping(path = "/v1/transactions/{id}/entries", produces = MediaType.APPLICATION_JSON_VALUE)
  EntryPages.EntriesAnswer entries(
      HttpServletRequest request, HttpServletResponse response, @PathVariable String id) {
    QueryParameters query = QueryParameters.of(request, EntryPages.PARAMETERS);
    int limit = pages.limit(query);
    ScanRequest scan = pages.scan(request, query, id);
    Caller caller = Caller.of(request);
    Function<WriteView, EntryPages.EntriesAnswer> read =
        view -> {
          headers.set(response, view.readRevision());
          return pages.page(request, view, scan, limit, id);
        };
    return admission.scan(
        () -> pools.work(() -> sessions.registry().call(caller.transaction(id), read)));
  }

  @io.swagger.v3.oas.annotations.Operation(
      operationId = "runOperationsInTransaction",
      summary = "Do many operations in a transaction",
      description = "All of them are done, or none.")
  @TransactionId
  @JsonBody
  @InTransactionErrors
  @Errors({
    ErrorCode.NOT_A_NUMBER,
    ErrorCode.KEY_TOO_LARGE,
    ErrorCode.VALUE_TOO_LARGE,
    ErrorCode.TRANSACTION_TOO_LARGE
  })
  @ApiResponse(responseCode = "200", description = "What they brought.")
  @PostMapping(
      path = "/v1/transactions/{id}/operations",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  OperationsAnswer run(
      HttpServletRequest request,
      HttpServletResponse response,
      @PathVariable String id,
      @RequestBody OperationsRequest body) {
    var _ = QueryParameters.of(request, Set.of());
    List<Operation> operations =
        OperationJson.toOperations("operations", body.operations(), limits);
    Caller caller = Caller.of(request);
    caller.requireOperations(operations);
    OneShot work =
        new OneShot(
            List.of(),
            operations,
            List.of(),
            new OneShot.Limits(
                limits.pageBytes(), limits.resultBytes(), ByteBudget.of(request)::add));
    OneShot.Result result =
        admission.read(
            () ->
                pools.workIf(
                    WorkPools.isLarge(request, operations),
                    () ->
                        sessions
                            .registry()
                            .call(
                                caller.transaction(id),
                                view -> {
                                  headers.set(response, view.readRevision());
                                  return work.run(view);
                                })));
    List<@Nullable OperationJson> done = body.operations() == null ? List.of() : body.operations();
    return new OperationsAnswer(ResultJson.of(done, result.outcomes(), ResultJson.BUFFERED));
  }

  /** Operations to do in order. */
  @Schema(description = "Operations to do in order.")
  record OperationsRequest(
      @Schema(description = "Operations of any kind.")
          @Nullable List<@Nullable OperationJson> operations) {}

  /** What they brought. */
  @Schema(description = "What operations in a transaction brought.")
  record OperationsAnswer(@Schema(description = "One for each operation.") List<ResultJson> results)
      implements PooledAnswer {}
}
