package io.varve.web;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.access.Action;
import io.varve.model.Entry;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.Value;
import io.varve.txn.StoreSessions;
import io.varve.web.openapi.Conditional;
import io.varve.web.openapi.Errors;
import io.varve.web.openapi.InTransactionErrors;
import io.varve.web.openapi.KeyInPath;
import io.varve.web.openapi.RawValueBody;
import io.varve.web.openapi.TransactionId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Single keys inside of an interactive transaction, at its snapshot and with its own writes. */
@RestController
@Guarded(Guarded.By.OPERATION)
@Tag(name = "Transactions", description = "Many operations, done together or not at all.")
@RequestMapping(
    path = {
      "/v1/transactions/{id}/kv/**",
      "/v1/transactions/{id}/kv-b64/**",
      "/v1/transactions/{id}/kv",
      "/v1/transactions/{id}/kv-b64"
    })
final class TransactionKeysController {
  private final StoreSessions sessions;
  private final Admission admission;
  private final RevisionHeaders headers;
  private final EntryAnswers answers;
  private final ValueBody values;

  TransactionKeysController(
      StoreSessions sessions,
      Admission admission,
      RevisionHeaders headers,
      EntryAnswers answers,
      ValueBody values) {
    this.sessions = sessions;
    this.admission = admission;
    this.headers = headers;
    this.answers = answers;
    this.values = values;
  }

  @Operation(operationId = "getKeyInTransaction", summary = "Read a key in a transaction")
  @TransactionId
  @KeyInPath
  @Conditional
  @EntryAnswer
  @InTransactionErrors
  @RequestMapping(method = {RequestMethod.GET, RequestMethod.HEAD})
  void get(HttpServletRequest request, HttpServletResponse response, @PathVariable String id)
      throws IOException {
    Key key = KeyConverter.fromTransactionPath(request);
    Caller caller = Caller.of(request);
    caller.require(Action.READ, key);
    Form.Wish wish = Form.of(request, QueryParameters.of(request, Set.of(Form.PARAMETER)));
    Entry entry =
        admission.read(
            () ->
                sessions
                    .registry()
                    .call(caller.transaction(id), view -> answers.read(response, view, key)));
    answers.write(request, response, entry, wish);
  }

  @Operation(operationId = "putKeyInTransaction", summary = "Write a key in a transaction")
  @TransactionId
  @KeyInPath
  @RawValueBody
  @Conditional
  @InTransactionErrors
  @Errors(ErrorCode.TRANSACTION_TOO_LARGE)
  @ApiResponse(responseCode = "202", description = "Kept for the commit.")
  @PutMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  BufferedAnswer put(
      HttpServletRequest request, HttpServletResponse response, @PathVariable String id)
      throws IOException {
    Key key = KeyConverter.fromTransactionPath(request);
    Caller caller = Caller.of(request);
    caller.require(Action.WRITE, key);
    var _ = QueryParameters.of(request, Set.of());
    Preconditions preconditions = Preconditions.of(request);
    Value value = values.read(request);
    return admission.read(
        () ->
            sessions
                .registry()
                .call(
                    caller.transaction(id),
                    view -> {
                      headers.set(response, view.readRevision());
                      if (preconditions.isAny()) {
                        preconditions.check(sessions.storeId(), key, view.get(key));
                      }
                      view.put(key, value);
                      return BufferedAnswer.BUFFERED;
                    }));
  }

  @Operation(operationId = "deleteKeyInTransaction", summary = "Delete a key in a transaction")
  @TransactionId
  @KeyInPath
  @Conditional
  @InTransactionErrors
  @Errors(ErrorCode.TRANSACTION_TOO_LARGE)
  @ApiResponse(responseCode = "202", description = "Kept for the commit.")
  @DeleteMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  BufferedAnswer delete(
      HttpServletRequest request, HttpServletResponse response, @PathVariable String id) {
    Key key = KeyConverter.fromTransactionPath(request);
    Caller caller = Caller.of(request);
    caller.require(Action.WRITE, key);
    var _ = QueryParameters.of(request, Set.of());
    Preconditions preconditions = Preconditions.of(request);
    return admission.read(
        () ->
            sessions
                .registry()
                .call(
                    caller.transaction(id),
                    view -> {
                      headers.set(response, view.readRevision());
                      if (preconditions.isAny()) {
                        preconditions.check(sessions.storeId(), key, view.get(key));
                      }
                      view.delete(key);
                      return BufferedAnswer.BUFFERED;
                    }));
  }

  /** Of a write. */
  @Schema(description = "What a write in a transaction did.")
  record BufferedAnswer(
      @Schema(description = "That it waits for the commit.", example = "true") boolean buffered) {
    static final BufferedAnswer BUFFERED = new BufferedAnswer(true);
  }
}
