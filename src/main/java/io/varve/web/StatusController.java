package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.varve.jobs.FlushJob;
import io.varve.jobs.PruneJob;
import io.varve.model.LostRange;
import io.varve.model.StoreStatus;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.info.BuildProperties;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Numbers of the service, and its limits. */
@RestController
final class StatusController {
  private final MvccTransactionManager transactions;
  private final FlushJob flush;
  private final PruneJob prune;
  private final InstantSource clock;
  private final Instant startedAt;
  private final String version;
  private final LimitsJson limits;

  StatusController(
      MvccTransactionManager transactions,
      TransactionOptions options,
      TransactionRegistry registry,
      FlushJob flush,
      PruneJob prune,
      WebLimits limits,
      InstantSource clock,
      ObjectProvider<BuildProperties> build) {
    this.transactions = transactions;
    this.flush = flush;
    this.prune = prune;
    this.clock = clock;
    this.startedAt = clock.instant();
    BuildProperties properties = build.getIfAvailable();
    String found = properties == null ? null : properties.getVersion();
    this.version = found == null ? "unknown" : found;
    this.limits =
        LimitsJson.of(transactions.limits(), options.timeout(), registry.settings(), limits);
  }

  @GetMapping(path = "/v1/limits", produces = MediaType.APPLICATION_JSON_VALUE)
  LimitsJson limits() {
    return limits;
  }

  @GetMapping(path = "/v1/status", produces = MediaType.APPLICATION_JSON_VALUE)
  StatusAnswer status() {
    StoreStatus store = transactions.status();
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
        transactions.estimateFlushedKeys() + store.overlayKeys(),
        store.flushedVersions() + store.overlayVersions(),
        new Lag(
            store.visible().value() - store.flushed().value(),
            store.overlayBytes(),
            oldestMs == 0 ? 0 : Math.max(0, (now.toEpochMilli() - oldestMs) / 1000)),
        store.overlayBytes(),
        store.overlayVersions(),
        store.sstBytes(),
        store.diskFreeBytes(),
        transactions.activeTransactions(),
        store.openSnapshots(),
        store.oldestSnapshot().value(),
        store.clockStepsBack(),
        JobJson.Flush.of(flush.stats()),
        JobJson.Prune.of(prune.stats(), false),
        limits);
  }

  /**
   * How far sorted files are behind: with the write-ahead log off, what a crash would lose.
   *
   * @param revisions that are not flushed
   * @param bytes of heap that they take, estimated
   * @param seconds since the oldest of them
   */
  record Lag(long revisions, long bytes, long seconds) {}

  /**
   * Revisions that a crash took back.
   *
   * @param above the last revision before them
   * @param upTo the last of them
   */
  record LostRangeJson(long above, long upTo) {
    static LostRangeJson of(LostRange range) {
      return new LostRangeJson(range.above().value(), range.upTo().value());
    }
  }

  /**
   * Numbers of this moment.
   *
   * @param version of the program
   * @param storeId which store it is
   * @param state what it does
   * @param stateReason why it is not open; left out if it is
   * @param durability what an acknowledged commit has survived
   * @param uptimeSeconds since the start
   * @param revision the newest that can be read
   * @param durableRevision what survives a power failure
   * @param flushedRevision what is in sorted files
   * @param prunedToRevision the smallest at which every read is exact
   * @param lostRanges revisions that crashes took back
   * @param keys in the store, estimated: one with flushed and unflushed versions counts twice, and
   *     a deleted one counts until it is pruned
   * @param versions of them, estimated
   * @param lag how far sorted files are behind
   * @param overlayBytes heap bytes of unflushed data, estimated
   * @param overlayVersions unflushed versions
   * @param sstBytes bytes of sorted files
   * @param diskFreeBytes bytes free on the file system of the store
   * @param activeTransactions transactions that are open
   * @param openSnapshots revisions in use
   * @param oldestSnapshotRevision the oldest of them, or the newest revision
   * @param clockStepsBack how often the clock went back by over a second
   * @param flush what flushes have done
   * @param prune what prunes have done
   * @param limits in force
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record StatusAnswer(
      String version,
      String storeId,
      String state,
      @Nullable String stateReason,
      String durability,
      long uptimeSeconds,
      long revision,
      long durableRevision,
      long flushedRevision,
      long prunedToRevision,
      List<LostRangeJson> lostRanges,
      long keys,
      long versions,
      Lag lag,
      long overlayBytes,
      long overlayVersions,
      long sstBytes,
      long diskFreeBytes,
      int activeTransactions,
      int openSnapshots,
      long oldestSnapshotRevision,
      long clockStepsBack,
      JobJson.Flush flush,
      JobJson.Prune prune,
      LimitsJson limits) {}
}
