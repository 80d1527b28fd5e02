package io.varve.client;

/**
 * What to do in a transaction.
 *
 * @param <T> what it gives
 * @param <E> what it may throw; the transaction is rolled back then
 */
@FunctionalInterface
public interface TransactionWork<T, E extends Exception> {
  /** May run more than once, so it must do nothing that cannot be done twice. */
  T run(TransactionView transaction) throws E;
}
