package io.varve.web;

import io.varve.txn.RegistrySettings;
import io.varve.txn.TransactionLimits;
import java.time.Duration;

/**
 * Every limit, so that a client can ask instead of guess.
 *
 * @param keyBytes bytes of a key
 * @param valueBytes bytes of a value
 * @param requestBytes bytes of a JSON body
 * @param resultBytes bytes of keys and values in one answer to a transaction or a history
 * @param pageEntries entries of a page at most
 * @param pageEntriesDefault entries of a page where the request does not say
 * @param pageBytes bytes of keys and values at which a page ends
 * @param pageLease how long the revision of a page stays readable for the next page
 * @param transactionOperations reads and writes of a transaction
 * @param transactionBytes bytes of keys and values that a transaction writes
 * @param transactionTimeout how long a transaction may stay open
 * @param transactionAttempts how often the server runs a request that conflicts
 * @param activeTransactions transactions open at a time
 * @param transactionMaxTimeout the longest that a transaction may ask to stay open
 * @param openTransactionBytes heap bytes that open transactions together may take
 * @param idempotencyKeyLength characters of an idempotency key
 * @param idempotencyKeep how long the answer to a request with one is kept
 * @param idempotencyAnswerBytes bytes of an answer that can be kept
 * @param labelLength characters of a label
 * @param bytesInFlight bytes of bodies and answers that all requests together may hold
 * @param concurrency how many calls of each kind run at a time
 */
record LimitsJson(
    int keyBytes,
    int valueBytes,
    long requestBytes,
    long resultBytes,
    int pageEntries,
    int pageEntriesDefault,
    long pageBytes,
    Duration pageLease,
    int transactionOperations,
    long transactionBytes,
    Duration transactionTimeout,
    int transactionAttempts,
    int activeTransactions,
    Duration transactionMaxTimeout,
    long openTransactionBytes,
    int idempotencyKeyLength,
    Duration idempotencyKeep,
    int idempotencyAnswerBytes,
    int labelLength,
    long bytesInFlight,
    ConcurrencyJson concurrency) {
  /**
   * Calls of each kind that run at a time.
   *
   * @param reads of a few keys
   * @param writes that are committed
   * @param scans pages, and steps of streams
   * @param streams scans that are streamed
   * @param bulkLoads streams of writes
   * @param waiting calls of each kind that may wait for their turn
   * @param maxWait how long they wait
   */
  record ConcurrencyJson(
      int reads, int writes, int scans, int streams, int bulkLoads, int waiting, Duration maxWait) {
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
      TransactionLimits transactions, Duration timeout, RegistrySettings registry, WebLimits web) {
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
        ConcurrencyJson.of(web.concurrency()));
  }
}
