package io.varve.web;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.jobs.CompactJob;
import io.varve.jobs.CompactStats;
import io.varve.jobs.FlushStats;
import io.varve.jobs.JobRunner;
import io.varve.jobs.PruneJob;
import io.varve.jobs.PruneStats;
import io.varve.model.ErrorCode;
import io.varve.model.Retention;
import io.varve.model.StoreErrors;
import io.varve.web.openapi.Errors;
import io.varve.web.openapi.JsonBody;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Upkeep on demand. Runs the very jobs that the timers run. */
@RestController
@Guarded(Guarded.By.ADMINISTER)
@Tag(name = "Admin", description = "Upkeep, numbers and limits.")
final class AdminController {
  private final JobRunner<FlushStats> flush;
  private final JobRunner<PruneStats> prune;
  private final JobRunner<CompactStats> compact;
  private final PruneJob pruneJob;
  private final Retention retention;
  private final WorkPools pools;

  AdminController(
      JobRunner<FlushStats> flush,
      JobRunner<PruneStats> prune,
      JobRunner<CompactStats> compact,
      PruneJob pruneJob,
      Retention retention,
      WorkPools pools) {
    this.flush = flush;
    this.prune = prune;
    this.compact = compact;
    this.pruneJob = pruneJob;
    this.retention = retention;
    this.pools = pools;
  }

  @Operation(operationId = "flush", summary = "Write unflushed data to sorted files")
  @Errors({ErrorCode.JOB_RUNNING, ErrorCode.DISK_FULL})
  @ApiResponse(responseCode = "200", description = "What this flush did.")
  @PostMapping(path = "/v1/admin/flush", produces = MediaType.APPLICATION_JSON_VALUE)
  JobJson.Flush flush(HttpServletRequest request) {
    var _ = QueryParameters.of(request, Set.of());
    return JobJson.Flush.of(pools.job(flush::runNow));
  }

  @Operation(
      operationId = "prune",
      summary = "Remove old versions",
      description = "The body may be left out. What it leaves out is as in the settings.")
  @JsonBody
  @Errors({ErrorCode.JOB_RUNNING, ErrorCode.DISK_FULL})
  @ApiResponse(responseCode = "200", description = "What this prune did.")
  @PostMapping(
      path = "/v1/admin/prune",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  JobJson.Prune prune(
      HttpServletRequest request, @RequestBody(required = false) @Nullable PruneRequest body) {
    var _ = QueryParameters.of(request, Set.of());
    Retention rule = body == null ? null : body.rule(retention);
    boolean dryRun = body != null && Boolean.TRUE.equals(body.dryRun());
    return JobJson.Prune.of(
        pools.job(() -> prune.runNow(() -> pruneJob.runOnce(rule, dryRun))), dryRun);
  }

  /**
   * Begins to rewrite all sorted files, which may take long. The thread is a daemon: closing the
   * store ends a compaction early.
   */
  @Operation(
      operationId = "compact",
      summary = "Compact",
      description =
          "Begins to rewrite all sorted files, so that what was pruned gives its space back. Goes"
              + " on after the answer.")
  @Errors(ErrorCode.JOB_RUNNING)
  @ApiResponse(responseCode = "202", description = "Begun.")
  @PostMapping(path = "/v1/admin/compact", produces = MediaType.APPLICATION_JSON_VALUE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  JobJson.Started compact(HttpServletRequest request) {
    var _ = QueryParameters.of(request, Set.of());
    compact.start(CompactJob.THREAD);
    return JobJson.Started.RUNNING;
  }

  /** What to prune. What is left out is as in the settings. */
  @Schema(description = "What to prune. What is left out is as in the settings.")
  record PruneRequest(
      @Schema(
              description = "How many newest versions of a key stay in any case.",
              example = "3",
              minimum = "1")
          @Nullable Integer keepVersions,
      @Schema(
              description = "How long a version stays after it was superseded, in ISO 8601.",
              example = "PT1H")
          @Nullable String keepAge,
      @Schema(description = "Only count.", example = "true") @Nullable Boolean dryRun) {
    /** The rule to prune by, or null for that of the settings. */
    @Nullable Retention rule(Retention settings) {
      if (keepVersions == null && keepAge == null) {
        return null;
      }
      if (keepVersions != null && keepVersions < 1) {
        throw StoreErrors.malformed("keepVersions", "This must be 1 or more.");
      }
      return new Retention(
          keepVersions == null ? settings.keepVersions() : keepVersions,
          keepAge == null ? settings.keepAge() : Durations.parse("keepAge", keepAge, "PT1H"));
    }
  }
}
