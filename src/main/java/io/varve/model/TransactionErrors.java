package io.varve.model;

import static io.varve.model.StoreErrors.context;
import static io.varve.model.StoreErrors.error;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The part of {@link StoreErrors} that is about transactions, and requests that are sent again. */
public final class TransactionErrors {
  private TransactionErrors() {}

  /** More open transactions than allowed. */
  public static StoreException tooManyTransactions(long limit) {
    return error(
        ErrorCode.TOO_MANY_TRANSACTIONS,
        "There are " + limit + " open transactions, which is the limit. Finish one or try later.",
        context("limit", limit, "actual", limit));
  }

  /** A transaction used after its time was up. */
  public static StoreException transactionExpired(long timeoutMs) {
    return error(
        ErrorCode.TRANSACTION_EXPIRED,
        "The transaction was open for longer than "
            + timeoutMs
            + " ms and was rolled back. Run it again, or ask for a longer timeout.",
        Map.of("timeoutMs", timeoutMs));
  }

  /** A transaction asked for after its time was up. */
  public static StoreException transactionExpired() {
    return error(
        ErrorCode.TRANSACTION_EXPIRED,
        "The transaction was open for too long and was rolled back. Run it again, or ask for a"
            + " longer timeout.",
        Map.of());
  }

  /** A transaction asked for after its end. */
  public static StoreException transactionFinished(String state) {
    return error(
        ErrorCode.TRANSACTION_FINISHED,
        "The transaction has ended: it is " + state + ". Begin a new one.",
        Map.of("state", state));
  }

  /** A transaction used after commit or rollback. */
  public static StoreException transactionFinished() {
    return error(
        ErrorCode.TRANSACTION_FINISHED,
        "The transaction is committed or rolled back. Begin a new one.",
        Map.of());
  }

  /** A transaction that nobody knows, or whose outcome was kept for long enough. */
  public static StoreException transactionNotFound() {
    return error(
        ErrorCode.TRANSACTION_NOT_FOUND,
        "There is no transaction of this id. If there was one, it was rolled back by a restart, or"
            + " it ended too long ago to be remembered. Begin a new one.",
        Map.of());
  }

  /** A call to a transaction while another call to it runs. */
  public static StoreException transactionBusy() {
    return error(
        ErrorCode.TRANSACTION_BUSY,
        "Another call to this transaction is running. Send one call at a time.",
        Map.of());
  }

  /** A request whose twin, with the same idempotency key, has not ended. */
  public static StoreException idempotencyInProgress(long retryAfterMs) {
    return error(
        ErrorCode.IDEMPOTENCY_IN_PROGRESS,
        "A request with this Idempotency-Key is running. Send this one again to get its answer.",
        Map.of("retryAfterMs", retryAfterMs));
  }

  /** An idempotency key under which another request was answered. */
  public static StoreException idempotencyKeyReused() {
    return error(
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        "This Idempotency-Key was used for another request. Use a new key for each request.",
        Map.of());
  }

  /** As many outcomes are kept as may be; {@code retryAfterMs} until the first of them ends. */
  public static StoreException outcomesFull(long count, long bytes, long retryAfterMs) {
    return error(
        ErrorCode.STORE_UNAVAILABLE,
        "The outcomes of "
            + count
            + " requests, "
            + bytes
            + " bytes, are kept, which is the limit. Try again later, send the request without"
            + " Idempotency-Key, or raise varve.outcomes.",
        context("outcomes", count, "outcomeBytes", bytes, "retryAfterMs", retryAfterMs));
  }

  /** A conflict that outlived every attempt. */
  public static StoreException conflict(String detail, Map<String, ?> context) {
    return error(ErrorCode.TRANSACTION_CONFLICT, detail, context);
  }

  /** A write whose fate cannot be told: it may or may not be there after a restart. */
  public static StoreException unknownOutcome(@Nullable Throwable cause) {
    return new StoreException(
        ErrorCode.STORE_UNAVAILABLE,
        "The write could not be confirmed: it may or may not be stored. Read before you retry.",
        Map.of("outcome", "unknown"),
        cause);
  }
}
