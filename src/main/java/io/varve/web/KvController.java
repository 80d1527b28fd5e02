package io.varve.web;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.access.Action;
import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.Value;
import io.varve.txn.ReadPoint;
import io.varve.txn.StoreSessions;
import io.varve.txn.TransactionOptions;
import io.varve.web.openapi.AnswerHeader;
import io.varve.web.openapi.CommitErrors;
import io.varve.web.openapi.Conditional;
import io.varve.web.openapi.KeyInPath;
import io.varve.web.openapi.OnceUnderKey;
import io.varve.web.openapi.RawValueBody;
import io.varve.web.openapi.ReadPointParameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.annotation.JsonSerialize;

/** Single keys. */
@RestController
@Guarded(Guarded.By.OPERATION)
@Tag(name = "Keys", description = "Single keys. Each call is a whole transaction.")
@RequestMapping(path = {"/v1/kv/**", "/v1/kv-b64/**", "/v1/kv", "/v1/kv-b64"})
final class KvController {
  private static final Set<String> READ_PARAMETERS = Set.of("revision", "at", Form.PARAMETER);
  private static final int OK = 200;
  private static final int CREATED = 201;

  private final StoreSessions sessions;
  private final TransactionOptions options;
  private final Admission admission;
  private final EntryAnswers answers;
  private final ValueBody values;
  private final Writes writes;

  KvController(
      StoreSessions sessions,
      TransactionOptions options,
      Admission admission,
      EntryAnswers answers,
      ValueBody values,
      Writes writes) {
    this.sessions = sessions;
    this.options = options;
    this.admission = admission;
    this.answers = answers;
    this.values = values;
    this.writes = writes;
  }

  @Operation(operationId = "getKey", summary = "Read a key")
  @KeyInPath
  @ReadPointParameters
  @Conditional
  @EntryAnswer
  @RequestMapping(method = {RequestMethod.GET, RequestMethod.HEAD})
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Key key = KeyConverter.fromPath(request);
    Caller.of(request).require(Action.READ, key);
    QueryParameters query = QueryParameters.of(request, READ_PARAMETERS);
    ReadPoint point = query.readPoint();
    Form.Wish wish = Form.of(request, query);
    Entry entry =
        admission.read(
            () -> sessions.transactions().read(point, view -> answers.read(response, view, key)));
    answers.write(request, response, entry, wish);
  }

  @Operation(operationId = "putKey", summary = "Write a key")
  @KeyInPath
  @RawValueBody
  @Conditional
  @CommitErrors
  @OnceUnderKey
  @ApiResponse(
      responseCode = "200",
      description = "Replaced.",
      content = @Content(schema = @Schema(implementation = PutAnswer.class)))
  @ApiResponse(
      responseCode = "201",
      description = "Created.",
      content = @Content(schema = @Schema(implementation = PutAnswer.class)))
  @AnswerHeader(
      name = "ETag",
      on = {200, 201})
  @PutMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  void put(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Key key = KeyConverter.fromPath(request);
    Caller.of(request).require(Action.WRITE, key);
    var _ = QueryParameters.of(request, Set.of());
    Preconditions preconditions = Preconditions.of(request);
    Value value = values.read(request);
    writes.run(
        request,
        response,
        options,
        view -> {
          Entry current = view.get(key);
          preconditions.check(sessions.storeId(), key, current);
          view.put(key, value);
          return current == null;
        },
        (created, revision, _) ->
            new Writes.Answer(created ? CREATED : OK, true, new PutAnswer(revision, created)));
  }

  @Operation(
      operationId = "deleteKey",
      summary = "Delete a key",
      description = "Where there is nothing to delete, no revision is made.")
  @KeyInPath
  @Conditional
  @CommitErrors
  @OnceUnderKey
  @ApiResponse(
      responseCode = "200",
      description = "Deleted, or not there.",
      content = @Content(schema = @Schema(implementation = DeleteAnswer.class)))
  @DeleteMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  void delete(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Key key = KeyConverter.fromPath(request);
    Caller.of(request).require(Action.WRITE, key);
    var _ = QueryParameters.of(request, Set.of());
    Preconditions preconditions = Preconditions.of(request);
    writes.run(
        request,
        response,
        options,
        view -> {
          Entry current = view.get(key);
          preconditions.check(sessions.storeId(), key, current);
          if (current != null) {
            view.delete(key);
          }
          return current != null;
        },
        (deleted, revision, _) ->
            new Writes.Answer(OK, false, new DeleteAnswer(revision, deleted)));
  }

  /** Of a PUT. */
  @Schema(description = "What a PUT did.")
  record PutAnswer(
      @Schema(description = "The revision that it made.", example = "913")
          @JsonSerialize(using = PendingRevision.Writer.class)
          long revision,
      @Schema(description = "Whether there was nothing before.", example = "true")
          boolean created) {}

  /** Of a DELETE. */
  @Schema(description = "What a DELETE did.")
  record DeleteAnswer(
      @Schema(
              description =
                  "The revision that it made, or that was read where there was nothing to delete.",
              example = "913")
          @JsonSerialize(using = PendingRevision.Writer.class)
          long revision,
      @Schema(description = "Whether there was something to delete.", example = "true")
          boolean deleted) {}
}
