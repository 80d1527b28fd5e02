package io.varve.config;

import io.varve.web.ConcurrencySettings;
import io.varve.web.PoolSettings;
import io.varve.web.WebLimits;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What one request may bring and take. GET /v1/limits tells clients.
 *
 * @param keyBytes bytes of a key
 * @param valueBytes bytes of a value
 * @param requestBytes bytes of a JSON body, and of a line of a bulk load
 * @param resultBytes bytes of keys and values in one answer to a transaction or a history
 * @param pageBytes bytes of keys and values at which a page ends
 * @param pageEntries entries of a page at most
 * @param pageEntriesDefault entries of a page where the request does not say
 * @param bytesInFlight bytes of bodies and answers that all requests together may hold; a quarter
 *     of the heap unless it is set
 * @param requestBodyTimeout how long a body may take to come, but for that of a bulk load
 * @param concurrency how many calls of each kind run at a time
 * @param threads how many threads long work has
 */
@Validated
@ConfigurationProperties("varve.limits")
public record LimitsProperties(
    @NotNull @MinSize("1B") @DefaultValue("4KB") DataSize keyBytes,
    @NotNull @MinSize("1B") @DefaultValue("8MB") DataSize valueBytes,
    @NotNull @MinSize("1B") @DefaultValue("24MB") DataSize requestBytes,
    @NotNull @MinSize("1B") @DefaultValue("16MB") DataSize resultBytes,
    @NotNull @MinSize("1B") @DefaultValue("4MB") DataSize pageBytes,
    @Min(1) @Max(1_000_000) @DefaultValue("10000") int pageEntries,
    @Min(1) @Max(1_000_000) @DefaultValue("1000") int pageEntriesDefault,
    @Nullable @MinSize("1B") DataSize bytesInFlight,
    @NotNull @DurationMin(millis = 1) @DefaultValue("30s") Duration requestBodyTimeout,
    @Valid @DefaultValue Concurrency concurrency,
    @Valid @DefaultValue Threads threads) {
  /**
   * Calls that run at a time, and that wait for their turn.
   *
   * @param reads reads of a few keys that run at a time
   * @param writes transactions of requests that run or wait for their sync at a time
   * @param scans pages that are under way at a time; {@code threads.work} says how many of them are
   *     read at the same moment
   * @param streams streamed scans that are open at a time
   * @param bulkLoads bulk loads that run at a time
   * @param waiting calls of each kind that may wait for their turn
   * @param maxWait how long they wait before they are refused
   */
  public record Concurrency(
      @Min(1) @DefaultValue("256") int reads,
      @Min(1) @DefaultValue("1024") int writes,
      @Min(1) @DefaultValue("16") int scans,
      @Min(1) @DefaultValue("64") int streams,
      @Min(1) @DefaultValue("4") int bulkLoads,
      @Min(0) @DefaultValue("1024") int waiting,
      @NotNull @DurationMin @DefaultValue("1s") Duration maxWait) {
    ConcurrencySettings toSettings() {
      return new ConcurrencySettings(reads, writes, scans, streams, bulkLoads, waiting, maxWait);
    }
  }

  /**
   * Platform threads of long work, which share the processors with the short calls.
   *
   * @param work threads that scan, and that parse, write and hash large bodies; as many as there
   *     are processors unless it is set
   * @param writes threads that run transactions that are large or scan, and wait for their commit;
   *     as many as there are processors, and 2 at least, unless it is set
   * @param jobs threads that run the upkeep that operators ask for
   */
  public record Threads(
      @Nullable @Min(1) @Max(MAX_THREADS) Integer work,
      @Nullable @Min(1) @Max(MAX_THREADS) Integer writes,
      @Min(1) @Max(MAX_THREADS) @DefaultValue("4") int jobs) {
    private static final int MAX_THREADS = 1024;
    private static final int FEWEST_WRITES = 2;

    PoolSettings toSettings(int processors, int waiting) {
      return new PoolSettings(
          work == null ? processors : work,
          writes == null ? Math.max(FEWEST_WRITES, processors) : writes,
          jobs,
          waiting);
    }
  }

  private static final int HEAP_PART_IN_FLIGHT = 4;
  private static final DataSize MAX_KEY = DataSize.ofKilobytes(64);
  private static final DataSize MAX_VALUE = DataSize.ofMegabytes(512);

  int keyBytesAsInt() {
    return bounded("varve.limits.key-bytes", keyBytes, MAX_KEY);
  }

  int valueBytesAsInt() {
    return bounded("varve.limits.value-bytes", valueBytes, MAX_VALUE);
  }

  private long bytesInFlightOrDefault() {
    return bytesInFlight == null
        ? Runtime.getRuntime().maxMemory() / HEAP_PART_IN_FLIGHT
        : bytesInFlight.toBytes();
  }

  WebLimits toLimits(
      PageProperties page, TransactionProperties transactions, OutcomeProperties outcomes) {
    return new WebLimits(
        requestBytes.toBytes(),
        resultBytes.toBytes(),
        pageBytes.toBytes(),
        pageEntries,
        Math.min(pageEntries, pageEntriesDefault),
        page.lease(),
        transactions.maxAttempts(),
        bytesInFlightOrDefault(),
        outcomes.keepRequests(),
        concurrency.toSettings(),
        threads.toSettings(Runtime.getRuntime().availableProcessors(), concurrency.waiting()));
  }

  private static int bounded(String name, DataSize size, DataSize max) {
    if (size.compareTo(max) > 0) {
      throw new InvalidConfigurationPropertyValueException(
          name, size, "It must be at most " + max + ".");
    }
    return Math.toIntExact(size.toBytes());
  }
}
