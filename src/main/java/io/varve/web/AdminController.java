package io.varve.web;

import io.varve.jobs.CompactStats;
import io.varve.jobs.FlushStats;
import io.varve.jobs.JobRunner;
import io.varve.jobs.PruneJob;
import io.varve.jobs.PruneStats;
import io.varve.model.Retention;
import io.varve.model.StoreErrors;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Duration;
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
final class AdminController {
  private final JobRunner<FlushStats> flush;
  private final JobRunner<PruneStats> prune;
  private final JobRunner<CompactStats> compact;
  private final PruneJob pruneJob;
  private final Retention retention;

  AdminController(
      JobRunner<FlushStats> flush,
      JobRunner<PruneStats> prune,
      JobRunner<CompactStats> compact,
      PruneJob pruneJob,
      Retention retention) {
    this.flush = flush;
    this.prune = prune;
    this.compact = compact;
    this.pruneJob = pruneJob;
    this.retention = retention;
  }

  @PostMapping(path = "/v1/admin/flush", produces = MediaType.APPLICATION_JSON_VALUE)
  JobJson.Flush flush(HttpServletRequest request) {
    var _ = QueryParameters.of(request, Set.of());
    return JobJson.Flush.of(flush.runNow());
  }

  @PostMapping(path = "/v1/admin/prune", produces = MediaType.APPLICATION_JSON_VALUE)
  JobJson.Prune prune(
      HttpServletRequest request, @RequestBody(required = false) @Nullable PruneRequest body) {
    var _ = QueryParameters.of(request, Set.of());
    Retention rule = body == null ? null : body.rule(retention);
    boolean dryRun = body != null && Boolean.TRUE.equals(body.dryRun());
    return JobJson.Prune.of(prune.runNow(() -> pruneJob.runOnce(rule, dryRun)), dryRun);
  }

  /**
   * Begins to rewrite all sorted files, which may take long. The thread is a daemon: closing the
   * store ends a compaction early.
   */
  @PostMapping(path = "/v1/admin/compact", produces = MediaType.APPLICATION_JSON_VALUE)
  @ResponseStatus(HttpStatus.ACCEPTED)
  JobJson.Started compact(HttpServletRequest request) {
    var _ = QueryParameters.of(request, Set.of());
    compact.start(work -> Thread.ofPlatform().name("varve-compact").daemon().start(work));
    return JobJson.Started.RUNNING;
  }

  /**
   * What to prune. What is left out is as in the settings.
   *
   * @param keepVersions how many newest versions of a key stay in any case
   * @param keepAge how long a version stays after it was superseded, in ISO 8601
   * @param dryRun only count
   */
  record PruneRequest(
      @Nullable Integer keepVersions, @Nullable String keepAge, @Nullable Boolean dryRun) {
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
          keepAge == null ? settings.keepAge() : age(keepAge));
    }

    private static Duration age(String text) {
      try {
        Duration age = Duration.parse(text);
        var _ = age.toMillis();
        if (!age.isNegative()) {
          return age;
        }
      } catch (DateTimeException | ArithmeticException _) {
        // Refused below, as a negative one is.
      }
      throw StoreErrors.malformed("keepAge", "This must be a duration such as PT1H.");
    }
  }
}
