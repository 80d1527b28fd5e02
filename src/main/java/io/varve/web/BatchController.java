package io.varve.web;

import io.varve.model.StoreErrors;
import io.varve.txn.Operation;
import io.varve.txn.TransactionOptions;
import io.varve.txn.WriteView;
import io.varve.web.TxnRequest.OperationJson;
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
final class BatchController {
  private static final int OK = 200;

  private final TransactionOptions options;
  private final WebLimits limits;
  private final Writes writes;

  BatchController(TransactionOptions options, WebLimits limits, Writes writes) {
    this.options = options;
    this.limits = limits;
    this.writes = writes;
  }

  @PostMapping(
      path = "/v1/batch",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  void run(HttpServletRequest request, HttpServletResponse response, @RequestBody BatchRequest body)
      throws IOException {
    var _ = QueryParameters.of(request, Set.of());
    List<Operation> operations =
        OperationJson.toOperations("operations", body.operations(), limits);
    requireWrites(operations);
    writes.run(
        request,
        response,
        options.labelled(Labels.check(body.label())),
        view -> apply(operations, view),
        (count, revision, durable) ->
            new Writes.Answer(OK, false, new BatchAnswer(revision, durable, count)));
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

  /**
   * Writes to make together.
   *
   * @param operations puts and deletes; the last one to a key counts
   * @param label what the client calls it
   */
  record BatchRequest(@Nullable List<@Nullable OperationJson> operations, @Nullable String label) {}

  /**
   * What a batch did.
   *
   * @param revision that it made; that was read where there was nothing to do
   * @param durableRevision what survives a power failure
   * @param operations how many there were
   */
  record BatchAnswer(
      @JsonSerialize(using = PendingRevision.Writer.class) long revision,
      @JsonSerialize(using = PendingRevision.Writer.class) long durableRevision,
      int operations) {}
}
