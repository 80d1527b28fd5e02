package io.varve.web;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.checkpoint.CheckpointManifest;
import io.varve.checkpoint.CheckpointOrigin;
import io.varve.checkpoint.CheckpointService;
import io.varve.jobs.CheckpointJob;
import io.varve.jobs.JobRunner;
import io.varve.model.ErrorCode;
import io.varve.txn.StoreSessions;
import io.varve.web.openapi.AnswerHeader;
import io.varve.web.openapi.CheckpointId;
import io.varve.web.openapi.Errors;
import io.varve.web.openapi.JsonBody;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Copies of the store, on demand. Makes them with the very job that the timer runs. */
@RestController
@Guarded(Guarded.By.ADMINISTER)
@Tag(name = "Admin")
final class CheckpointsController {
  private static final String PATH = "/v1/admin/checkpoints";

  private final CheckpointService checkpoints;
  private final CheckpointJob job;
  private final JobRunner<CheckpointManifest> runner;
  private final StoreSessions sessions;
  private final WorkPools pools;

  CheckpointsController(
      CheckpointService checkpoints,
      CheckpointJob job,
      JobRunner<CheckpointManifest> runner,
      StoreSessions sessions,
      WorkPools pools) {
    this.sessions = sessions;
    this.pools = pools;
    this.checkpoints = checkpoints;
    this.job = job;
    this.runner = runner;
  }

  @Operation(operationId = "listCheckpoints", summary = "List the checkpoints")
  @ApiResponse(responseCode = "200", description = "The checkpoints there are.")
  @GetMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
  CheckpointJson.All list(HttpServletRequest request) {
    var _ = QueryParameters.of(request, Set.of());
    return CheckpointJson.All.of(checkpoints.list());
  }

  @Operation(
      operationId = "createCheckpoint",
      summary = "Make a checkpoint",
      description =
          "Copies the state of the newest revision into a directory of its own, and verifies it if"
              + " the settings say so. Reads and writes go on meanwhile.")
  @Errors({ErrorCode.JOB_RUNNING, ErrorCode.CHECKPOINT_DAMAGED, ErrorCode.DISK_FULL})
  @ApiResponse(responseCode = "201", description = "Made.", useReturnTypeSchema = true)
  @AnswerHeader(name = "Location", on = 201)
  @PostMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<CheckpointJson.One> create(HttpServletRequest request) {
    var _ = QueryParameters.of(request, Set.of());
    CheckpointManifest made =
        pools.job(() -> runner.runNow(() -> job.runOnce(CheckpointOrigin.MANUAL)));
    return ResponseEntity.created(URI.create(PATH + "/" + made.id()))
        .body(CheckpointJson.One.of(made));
  }

  @Operation(operationId = "getCheckpoint", summary = "Read what a checkpoint says about itself")
  @CheckpointId
  @ApiResponse(responseCode = "200", description = "The checkpoint.")
  @GetMapping(path = PATH + "/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  CheckpointJson.One get(HttpServletRequest request, @PathVariable String id) {
    var _ = QueryParameters.of(request, Set.of());
    return CheckpointJson.One.of(checkpoints.get(id));
  }

  @Operation(operationId = "deleteCheckpoint", summary = "Delete a checkpoint")
  @CheckpointId
  @Errors(ErrorCode.JOB_RUNNING)
  @ApiResponse(responseCode = "204", description = "Deleted.")
  @DeleteMapping(path = PATH + "/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(HttpServletRequest request, @PathVariable String id) {
    var _ = QueryParameters.of(request, Set.of());
    pools.job(
        () -> {
          checkpoints.delete(id);
          return true;
        });
  }

  @Operation(
      operationId = "verifyCheckpoint",
      summary = "Verify a checkpoint",
      description =
          "Reads every byte of it and compares it with what it was when it was made. Changes"
              + " nothing.")
  @CheckpointId
  @Errors(ErrorCode.JOB_RUNNING)
  @ApiResponse(responseCode = "200", description = "What was found; damage is no error.")
  @PostMapping(path = PATH + "/{id}/verify", produces = MediaType.APPLICATION_JSON_VALUE)
  CheckpointJson.Verification verify(HttpServletRequest request, @PathVariable String id) {
    var _ = QueryParameters.of(request, Set.of());
    return CheckpointJson.Verification.of(pools.job(() -> checkpoints.verify(id)));
  }

  @Operation(
      operationId = "restoreCheckpoint",
      summary = "Restore a checkpoint",
      description =
          "Verifies it, and puts a copy of it in the place of the store, which gets a new id and"
              + " goes on above every revision there ever was. Other requests get 503 meanwhile."
              + " What was written since is gone. The request names the store that it replaces, by"
              + " `If-Match` or in the body: sent again, it finds another store and is refused.")
  @CheckpointId
  @JsonBody
  @Parameter(
      name = "If-Match",
      in = ParameterIn.HEADER,
      description = "The id of the open store in quotes, unless the body has it.",
      schema = @Schema(type = "string"),
      example = "\"\\\"3f2a9c01d4e5b678\\\"\"")
  @Errors({
    ErrorCode.CHECKPOINT_DAMAGED,
    ErrorCode.JOB_RUNNING,
    ErrorCode.PRECONDITION_FAILED,
    ErrorCode.PRECONDITION_REQUIRED,
    ErrorCode.DISK_FULL
  })
  @ApiResponse(responseCode = "200", description = "Restored.", useReturnTypeSchema = true)
  @PostMapping(
      path = PATH + "/{id}/restore",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  CheckpointJson.Restored restore(
      HttpServletRequest request,
      @PathVariable String id,
      @RequestBody(required = false) ReplacedStore.@Nullable Body body) {
    var _ = QueryParameters.of(request, Set.of());
    ReplacedStore replaced = ReplacedStore.of(request, body);
    return CheckpointJson.Restored.of(
        pools.job(
            () ->
                checkpoints.restore(
                    id, () -> replaced.check(sessions.storeId()), sessions::whileClosed)));
  }
}
