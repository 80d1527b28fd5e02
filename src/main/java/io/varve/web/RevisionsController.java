package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.access.Action;
import io.varve.model.CommitRecord;
import io.varve.model.CommitRecord.KeyWrite;
import io.varve.model.ErrorCode;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.txn.StoreSessions;
import io.varve.web.openapi.Errors;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What commits did. */
@RestController
@Guarded(Guarded.By.OPERATION)
@Tag(name = "Ranges and history", description = "Many keys, and many versions of one key.")
final class RevisionsController {
  private final StoreSessions sessions;
  private final RevisionHeaders headers;
  private final WebLimits limits;
  private final Admission admission;
  private final WorkPools pools;

  RevisionsController(
      StoreSessions sessions,
      RevisionHeaders headers,
      WebLimits limits,
      Admission admission,
      WorkPools pools) {
    this.sessions = sessions;
    this.headers = headers;
    this.limits = limits;
    this.admission = admission;
    this.pools = pools;
  }

  @Operation(
      operationId = "getRevision",
      summary = "Read what a commit did",
      description = "The keys that it wrote, without the values.")
  @Parameter(
      name = "revision",
      in = ParameterIn.PATH,
      required = true,
      description = "The revision of the commit.",
      schema = @Schema(type = "integer", format = "int64", minimum = "0"),
      example = "913")
  @Errors({
    ErrorCode.NOT_FOUND,
    ErrorCode.REVISION_IN_FUTURE,
    ErrorCode.REVISION_PRUNED,
    ErrorCode.REVISION_LOST
  })
  @ApiResponse(responseCode = "200", description = "What it did.")
  @GetMapping(path = "/v1/revisions/{revision}", produces = MediaType.APPLICATION_JSON_VALUE)
  RevisionAnswer revision(
      HttpServletRequest request,
      HttpServletResponse response,
      @Parameter(hidden = true) @PathVariable String revision) {
    var _ = QueryParameters.of(request, Set.of());
    Revision asked = QueryParameters.revision("revision", revision);
    Caller caller = Caller.of(request);
    caller.requireSome(Action.READ);
    CommitRecord commit =
        admission.read(
            () ->
                pools.work(
                    () ->
                        sessions
                            .transactions()
                            .commit(
                                asked,
                                key -> caller.principal().allows(Action.READ, KeyRange.single(key)),
                                limits.pageEntries())));
    headers.set(response, asked);
    return new RevisionAnswer(
        asked.value(),
        commit.time(),
        commit.transactionId(),
        commit.label(),
        commit.writes().stream().map(WriteJson::of).toList(),
        commit.more() ? true : null);
  }

  /** A commit. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(description = "What a commit did.")
  record RevisionAnswer(
      @Schema(description = "Its revision.", example = "913") long revision,
      @Schema(description = "When it was made.", example = "2026-11-24T12:00:00.123Z") Instant time,
      @Schema(
              description = "The id of its transaction; left out where there is none to ask for.",
              example = "0b6d1c5e7f20a4d3863f2a9c01d4e5b6")
          @Nullable String transactionId,
      @Schema(
              description = "What the client called it; left out where it has none.",
              example = "billing")
          @Nullable String label,
      @Schema(description = "What it did, one for each key it wrote.") List<WriteJson> operations,
      @Schema(
              description = "True where it did more than an answer may hold; else left out.",
              example = "true")
          @Nullable Boolean more)
      implements PooledAnswer {}

  /** A put or a delete. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(
      name = "CommittedWrite",
      description = "A put or a delete.",
      minProperties = 1,
      maxProperties = 1)
  record WriteJson(
      @Schema(description = "The key of a put.") @Nullable WrittenKey put,
      @Schema(description = "The key of a delete.") @Nullable WrittenKey delete) {
    static WriteJson of(KeyWrite write) {
      var key = new WrittenKey(Bytes.of(write.key()));
      return write.deleted() ? new WriteJson(null, key) : new WriteJson(key, null);
    }
  }

  /** The key of a write. Its value is not told. */
  @Schema(description = "The key of a write. Its value is not told.")
  record WrittenKey(@Schema(description = "The key.", example = "users/42") Bytes key) {}
}
