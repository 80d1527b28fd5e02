package io.varve.web;

import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.HoldLimits;
import io.varve.txn.RegistrySettings;
import io.varve.txn.TransactionLimits;
import java.time.Duration;

/** Every limit, so that a client can ask instead of guess. */
@Schema(name = "Limits", description = "Every limit, so that a client can ask instead of guess.")
record LimitsJson(
    @Schema(description = "Bytes of a key.", example = "4096") int keyBytes,
    @Schema(description = "Bytes of a value.", example = "8388608") int valueBytes,
    @Schema(
            description = "Bytes of a JSON body, and of a line of a bulk load.",
            example = "25165824")
        long requestBytes,
    @Schema(
            description = "Bytes of keys and values in one answer to a transaction or a history.",
            example = "16777216")
        long resultBytes,
    @Schema(description = "Entries of a page at most.", example = "10000") int pageEntries,
    @Schema(description = "Entries of a page where the request does not say.", example = "1000")
        int pageEntriesDefault,
    @Schema(description = "Bytes of keys and values at which a page ends.", example = "4194304")
        long pageBytes,
    @Schema(
            description = "How long the revision of a page stays readable for the next page.",
            example = "PT1M")
        Duration pageLease,
    @Schema(description = "Reads and writes of a transaction.", example = "10000")
        int transactionOperations,
    @Schema(
            description = "Bytes of keys and values that a transaction writes.",
            example = "16777216")
        long transactionBytes,
    @Schema(description = "How long a transaction may stay open.", example = "PT10S")
        Duration transactionTimeout,
    @Schema(description = "How often the server runs a request that conflicts.", example = "16")
        int transactionAttempts,
    @Schema(description = "Transactions open at a time.", example = "10000") int activeTransactions,
    @Schema(description = "The longest that a transaction may ask to stay open.", example = "PT5M")
        Duration transactionMaxTimeout,
    @Schema(
            description = "Heap bytes that open transactions together may take.",
            example = "134217728")
        long openTransactionBytes,
    @Schema(description = "Characters of an idempotency key.", example = "128")
        int idempotencyKeyLength,
    @Schema(
            description = "How long the answer to a request with an idempotency key is kept.",
            example = "PT24H")
        Duration idempotencyKeep,
    @Schema(description = "Bytes of an answer that can be kept.", example = "65536")
        int idempotencyAnswerBytes,
    @Schema(description = "Characters of a label.", example = "128") int labelLength,
    @Schema(
            description = "Bytes of bodies and answers that all requests together may hold.",
            example = "268435456")
        long bytesInFlight,
    @Schema(description = "Revisions that may be held at a time.", example = "100") int holds,
    @Schema(
            description = "The longest that a hold may last before it is renewed.",
            example = "PT168H")
        Duration holdMaxTtl,
    @Schema(description = "How many calls of each kind run at a time.") ConcurrencyJson concurrency,
    @Schema(description = "Threads that long work has.") ThreadsJson threads) {
  /** Threads that long work has. */
  @Schema(name = "Threads", description = "Threads that long work has.")
  record ThreadsJson(
      @Schema(
              description = "Scans, steps of streams, and the JSON of large bodies and answers.",
              example = "2")
          int work,
      @Schema(description = "Transactions that are large or scan.", example = "2") int writes,
      @Schema(description = "Upkeep that an operator asks for.", example = "4") int jobs) {
    static ThreadsJson of(PoolSettings settings) {
      return new ThreadsJson(settings.work(), settings.writes(), settings.jobs());
    }
  }

  /** Calls of each kind that run at a time. */
  @Schema(name = "Concurrency", description = "Calls of each kind that run at a time.")
  record ConcurrencyJson(
      @Schema(description = "Reads of a few keys.", example = "256") int reads,
      @Schema(description = "Writes that are committed.", example = "1024") int writes,
      @Schema(description = "Pages.", example = "16") int scans,
      @Schema(description = "Scans that are streamed.", example = "64") int streams,
      @Schema(description = "Streams of writes.", example = "4") int bulkLoads,
      @Schema(description = "Calls of each kind that may wait for their turn.", example = "1024")
          int waiting,
      @Schema(description = "How long they wait.", example = "PT1S") Duration maxWait) {
    static ConcurrencyJson of(ConcurrencySettings settings) {
      return new ConcurrencyJson(
          settings.reads(),
          settings.writes(),
          settings.scans(),
          settings.streams(),
          settings.bulkLoads(),
          settings.waiting(),
          settings.maxWait());
    }
  }

  static LimitsJson of(
      TransactionLimits transactions,
      Duration timeout,
      RegistrySettings registry,
      HoldLimits holds,
      WebLimits web) {
    return new LimitsJson(
        transactions.maxKeyBytes(),
        transactions.maxValueBytes(),
        web.requestBytes(),
        web.resultBytes(),
        web.pageEntries(),
        web.pageEntriesDefault(),
        web.pageBytes(),
        web.pageLease(),
        transactions.maxOperations(),
        transactions.maxBytes(),
        timeout,
        web.attempts(),
        transactions.maxActive(),
        registry.maxTimeout(),
        registry.maxOpenBytes(),
        IdempotencyKey.MAX_LENGTH,
        web.idempotencyKeep(),
        StoredAnswer.MAX_BODY_BYTES,
        Labels.MAX_LENGTH,
        web.bytesInFlight(),
        holds.maxCount(),
        holds.maxTtl(),
        ConcurrencyJson.of(web.concurrency()),
        ThreadsJson.of(web.pools()));
  }
}
