package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.jobs.CheckpointJob;
import io.varve.jobs.FlushJob;
import io.varve.jobs.PruneJob;
import io.varve.model.HoldLimits;
import io.varve.model.LostRange;
import io.varve.model.StoreStatus;
import io.varve.txn.StoreSessions;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionRates;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Numbers of the service, and its limits. */
@RestController
@Guarded(Guarded.By.OBSERVE)
@Tag(name = "Admin")
final class StatusController {
  private final StoreSessions sessions;
  private final FlushJob flush;
  private final PruneJob prune;
  private final CheckpointJob checkpoint;
  private final Supplier<TransactionRates> rates;
  private final InstantSource clock;
  private final Instant startedAt;
  private final String version;
  private final LimitsJson limits;

  StatusController(
      StoreSessions sessions,
      TransactionOptions options,
      FlushJob flush,
      PruneJob prune,
      CheckpointJob checkpoint,
      Supplier<TransactionRates> rates,
      HoldLimits holds,
      WebLimits limits,
      InstantSource clock,
      ObjectProvider<BuildProperties> build) {
    this.sessions = sessions;
    this.flush = flush;
    this.prune = prune;
    this.checkpoint = checkpoint;
    this.rates = rates;
    this.clock = clock;
    this.startedAt = clock.instant();
    BuildProperties properties = build.getIfAvailable();
    String found = properties == null ? null : properties.getVersion();
    this.version = found == null ? "unknown" : found;
    this.limits =
        LimitsJson.of(
            sessions.transactions().limits(),
            options.timeout(),
            sessions.registry().settings(),
            holds,
            limits);
  }

  @Operation(operationId = "getLimits", summary = "Read the limits in force")
  @ApiResponse(responseCode = "200", description = "The limits.")
  @Guarded(Guarded.By.CALLER)
  @GetMapping(path = "/v1/limits", produces = MediaType.APPLICATION_JSON_VALUE)
  LimitsJson limits() {
    return limits;
  }

  @Operation(operationId = "getStatus", summary = "Read the numbers of the service")
  @ApiResponse(responseCode = "200", description = "The numbers of this moment.")
  @GetMapping(path = "/v1/status", produces = MediaType.APPLICATION_JSON_VALUE)
  StatusAnswer status() {
    StoreStatus store = sessions.transactions().status();
    Instant now = clock.instant();
    long oldestMs = store.oldestUnflushedMs();
    return new StatusAnswer(
        version,
        store.storeId().text(),
        store.state().name(),
        store.stateReason().isEmpty() ? null : store.stateReason(),
        store.durability().name(),
        Duration.between(startedAt, now).toSeconds(),
        store.visible().value(),
        store.durable().value(),
        store.flushed().value(),
        store.prunedTo().value(),
        store.lostRanges().stream().map(LostRangeJson::of).toList(),
        sessions.transactions().estimateFlushedKeys() + store.overlayKeys(),
        store.flushedVersions() + store.overlayVersions(),
        new Lag(
            store.visible().value() - store.flushed().value(),
            store.overlayBytes(),
            oldestMs == 0 ? 0 : Math.max(0, (now.toEpochMilli() - oldestMs) / 1000)),
        store.overlayBytes(),
        store.overlayVersions(),
        store.sstBytes(),
        store.diskFreeBytes(),
        RatesJson.of(rates.get()),
        sessions.transactions().activeTransactions(),
        store.openSnapshots(),
        store.oldestSnapshot().value(),
        store.holds(),
        store.clockStepsBack(),
        JobJson.Flush.of(flush.stats()),
        JobJson.Prune.of(prune.stats(), false),
        JobJson.Checkpoints.of(checkpoint.stats()),
        limits);
  }

  /** How far sorted files are behind: with the write-ahead log off, what a crash would lose. */
  @Schema(
      description =
          "How far sorted files are behind: with the write-ahead log off, what a crash would lose.")
  record Lag(
      @Schema(description = "Revisions that are not flushed.", example = "13") long revisions,
      @Schema(description = "Bytes of heap that they take, estimated.", example = "52000")
          long bytes,
      @Schema(description = "Seconds since the oldest of them.", example = "4") long seconds) {}

  /** Revisions that a crash took back. */
  @Schema(name = "LostRange", description = "Revisions that a crash took back.")
  record LostRangeJson(
      @Schema(description = "The last revision before them.", example = "700") long above,
      @Schema(description = "The last of them.", example = "710") long upTo) {
    static LostRangeJson of(LostRange range) {
      return new LostRangeJson(range.above().value(), range.upTo().value());
    }
  }

  /** Numbers of this moment. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(description = "Numbers of this moment.")
  record StatusAnswer(
      @Schema(description = "The version of the program.", example = "0.1.0") String version,
      @Schema(description = "Which store it is.", example = "3f2a9c01d4e5b678") String storeId,
      @Schema(
              description = "What it does: all, reads only, or nothing.",
              example = "OPEN",
              allowableValues = {"OPEN", "READ_ONLY", "CLOSED"})
          String state,
      @Schema(description = "Why it is not open; left out if it is.", example = "A sync failed.")
          @Nullable String stateReason,
      @Schema(
              description =
                  "What an acknowledged commit has survived: a sync to stable storage, a hand-over"
                      + " to the operating system, or nothing yet.",
              example = "SYNC_ON_COMMIT",
              allowableValues = {"SYNC_ON_COMMIT", "SYNC_ON_INTERVAL", "FLUSH_ONLY"})
          String durability,
      @Schema(description = "Seconds since the start.", example = "86400") long uptimeSeconds,
      @Schema(description = "The newest revision that can be read.", example = "913") long revision,
      @Schema(description = "The newest revision that survives a power failure.", example = "913")
          long durableRevision,
      @Schema(description = "The newest revision in sorted files.", example = "900")
          long flushedRevision,
      @Schema(description = "The smallest revision at which every read is exact.", example = "400")
          long prunedToRevision,
      @Schema(description = "Revisions that crashes took back.") List<LostRangeJson> lostRanges,
      @Schema(
              description =
                  "Keys in the store, estimated: one with flushed and unflushed versions counts"
                      + " twice, and a deleted one counts until it is pruned.",
              example = "4200")
          long keys,
      @Schema(description = "Versions of them, estimated.", example = "5100") long versions,
      @Schema(description = "How far sorted files are behind.") Lag lag,
      @Schema(description = "Heap bytes of unflushed data, estimated.", example = "52000")
          long overlayBytes,
      @Schema(description = "Unflushed versions.", example = "40") long overlayVersions,
      @Schema(description = "Bytes of sorted files.", example = "1048576") long sstBytes,
      @Schema(description = "Bytes free on the file system of the store.", example = "50000000000")
          long diskFreeBytes,
      @Schema(description = "How transactions went in the last minute.") RatesJson transactions,
      @Schema(description = "Transactions that are open.", example = "2") int activeTransactions,
      @Schema(description = "Revisions in use.", example = "1") int openSnapshots,
      @Schema(description = "The oldest of them, or the newest revision.", example = "905")
          long oldestSnapshotRevision,
      @Schema(
              description = "Revisions that are held; they count as revisions in use as well.",
              example = "1")
          int holds,
      @Schema(description = "How often the clock went back by over a second.", example = "0")
          long clockStepsBack,
      @Schema(description = "What flushes have done.") JobJson.Flush flush,
      @Schema(description = "What prunes have done.") JobJson.Prune prune,
      @Schema(description = "What checkpoints were made.") JobJson.Checkpoints checkpoints,
      @Schema(description = "The limits in force.") LimitsJson limits) {}
}
