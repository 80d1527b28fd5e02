package io.varve.txn;

/**
 * Names a transaction together with whose it is, so that nobody finds that of another.
 *
 * @param owner who began it; empty where nobody has to say who he is
 * @param id its id
 */
public record TransactionRef(String owner, String id) {}
