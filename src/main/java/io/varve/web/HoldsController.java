package io.varve.web;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.model.ErrorCode;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.txn.RevisionHolds;
import io.varve.txn.StoreSessions;
import io.varve.web.openapi.AnswerHeader;
import io.varve.web.openapi.Errors;
import io.varve.web.openapi.HoldId;
import io.varve.web.openapi.JsonBody;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Holds: revisions that prune leaves alone, for work that reads the same state for hours. */
@RestController
@Guarded(Guarded.By.ADMINISTER)
@Tag(name = "Admin")
final class HoldsController {
  private static final String PATH = "/v1/admin/holds";

  private final StoreSessions sessions;

  HoldsController(StoreSessions sessions) {
    this.sessions = sessions;
  }

  private RevisionHolds holds() {
    return sessions.transactions().holds();
  }

  @Operation(
      operationId = "addHold",
      summary = "Keep a revision readable",
      description =
          "Until its time is up or it is released, over restarts too, the revision can be read as"
              + " if nothing were pruned. With the write-ahead log off, a crash that loses the"
              + " revision ends the hold.")
  @JsonBody
  @Errors({ErrorCode.REVISION_IN_FUTURE, ErrorCode.REVISION_PRUNED, ErrorCode.REVISION_LOST})
  @ApiResponse(responseCode = "201", description = "It is held.", useReturnTypeSchema = true)
  @AnswerHeader(name = "Location", on = 201)
  @PostMapping(
      path = PATH,
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<HoldJson> add(HttpServletRequest request, @RequestBody AddRequest body) {
    var _ = QueryParameters.of(request, Set.of());
    Duration ttl = ttl(body.ttl());
    HoldJson made =
        HoldJson.of(holds().add(body.revisionOrNull(), ttl, Labels.check(body.label())));
    return ResponseEntity.created(URI.create(PATH + "/" + made.id())).body(made);
  }

  @Operation(operationId = "listHolds", summary = "List the holds")
  @ApiResponse(responseCode = "200", description = "Those in force.", useReturnTypeSchema = true)
  @GetMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
  HoldJson.AllOf list(HttpServletRequest request) {
    var _ = QueryParameters.of(request, Set.of());
    return HoldJson.AllOf.of(holds().list());
  }

  @Operation(operationId = "getHold", summary = "Read a hold")
  @HoldId
  @ApiResponse(responseCode = "200", description = "It is in force.", useReturnTypeSchema = true)
  @GetMapping(path = PATH + "/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  HoldJson get(HttpServletRequest request, @PathVariable String id) {
    var _ = QueryParameters.of(request, Set.of());
    return HoldJson.of(holds().find(id));
  }

  @Operation(
      operationId = "renewHold",
      summary = "Let a hold last longer, or shorter",
      description = "The time counts from now on.")
  @HoldId
  @JsonBody
  @ApiResponse(responseCode = "200", description = "Renewed.", useReturnTypeSchema = true)
  @PutMapping(
      path = PATH + "/{id}",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  HoldJson renew(
      HttpServletRequest request, @PathVariable String id, @RequestBody RenewRequest body) {
    var _ = QueryParameters.of(request, Set.of());
    return HoldJson.of(holds().renew(id, ttl(body.ttl())));
  }

  @Operation(
      operationId = "releaseHold",
      summary = "Release a hold",
      description = "The next prune may remove what was kept for it.")
  @HoldId
  @ApiResponse(responseCode = "204", description = "Released.")
  @DeleteMapping(path = PATH + "/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void release(HttpServletRequest request, @PathVariable String id) {
    var _ = QueryParameters.of(request, Set.of());
    holds().release(id);
  }

  private static Duration ttl(@Nullable String text) {
    if (text == null) {
      throw StoreErrors.malformed("ttl", "Say how long, for instance PT6H.");
    }
    return Durations.parse("ttl", text, "PT6H");
  }

  /** What to hold. */
  @Schema(name = "HoldRequest", description = "What to hold, and for how long.")
  record AddRequest(
      @Schema(description = "The revision; the newest one unless it is given.", example = "913")
          @Nullable Long revision,
      @Schema(
              description = "How long it is held unless it is renewed, in ISO 8601.",
              example = "PT6H",
              requiredMode = Schema.RequiredMode.REQUIRED)
          @Nullable String ttl,
      @Schema(
              description = "What its owner calls it.",
              example = "nightly export",
              maxLength = Labels.MAX_LENGTH)
          @Nullable String label) {
    @Nullable Revision revisionOrNull() {
      if (revision == null) {
        return null;
      }
      if (revision < 0 || revision > Revision.MAX_VALUE) {
        throw StoreErrors.malformed("revision", "A revision is 0 to 2^53 - 1.");
      }
      return new Revision(revision);
    }
  }

  /** How long to hold on. */
  @Schema(name = "HoldRenewal", description = "How long to hold on.")
  record RenewRequest(
      @Schema(
              description = "How long it is held from now on, in ISO 8601.",
              example = "PT6H",
              requiredMode = Schema.RequiredMode.REQUIRED)
          @Nullable String ttl) {}
}
