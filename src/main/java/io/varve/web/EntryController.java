package io.varve.web;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.access.Action;
import io.varve.model.Entry;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.txn.ReadPoint;
import io.varve.txn.StoreSessions;
import io.varve.web.openapi.AnswerHeader;
import io.varve.web.openapi.Conditional;
import io.varve.web.openapi.Errors;
import io.varve.web.openapi.KeyInPath;
import io.varve.web.openapi.ReadPointParameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/**
 * Single entries as JSON objects, whatever the request accepts. {@link KvController} answers with
 * the stored bytes; each has operations of its own, so that a generated client has a method for
 * each, with one type of result.
 */
@RestController
@Guarded(Guarded.By.OPERATION)
@Tag(name = "Keys", description = "Single keys. Each call is a whole transaction.")
// A key has a first part: else "/v1/entries", the list, would be matched here too, with an Accept
// that the list does not take.
@RequestMapping(path = {"/v1/entries/{part}/**", "/v1/entries-b64/**", "/v1/entries-b64"})
final class EntryController {
  private static final Set<String> READ_PARAMETERS = Set.of("revision", "at");

  private final StoreSessions sessions;
  private final Admission admission;
  private final EntryAnswers answers;

  EntryController(StoreSessions sessions, Admission admission, EntryAnswers answers) {
    this.sessions = sessions;
    this.admission = admission;
    this.answers = answers;
  }

  @Operation(
      operationId = "getEntry",
      summary = "Read a key as an entry",
      description = "The value in JSON, with the revision that wrote it and its content type.")
  @KeyInPath
  @ReadPointParameters
  @Conditional
  @ApiResponse(
      responseCode = "200",
      description = "The entry.",
      content =
          @Content(
              mediaType = "application/json",
              schema = @Schema(implementation = EntryJson.class)))
  @ApiResponse(
      responseCode = "304",
      description = "The entry has one of the tags of `If-None-Match`.",
      content = @Content)
  @AnswerHeader(
      name = "ETag",
      on = {200, 304})
  @Errors(ErrorCode.KEY_NOT_FOUND)
  @RequestMapping(method = {RequestMethod.GET, RequestMethod.HEAD})
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Key key = KeyConverter.fromPath(request);
    Caller.of(request).require(Action.READ, key);
    ReadPoint point = QueryParameters.of(request, READ_PARAMETERS).readPoint();
    Entry entry =
        admission.read(
            () -> sessions.transactions().read(point, view -> answers.read(response, view, key)));
    answers.write(request, response, entry, Form.ENTRY.wish(request));
  }
}
