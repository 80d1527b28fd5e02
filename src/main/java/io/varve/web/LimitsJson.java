package io.varve.web;

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
    int activeTransactions) {
  static LimitsJson of(TransactionLimits transactions, Duration timeout, WebLimits web) {
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
        transactions.maxActive());
  }
}
