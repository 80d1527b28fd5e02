package io.varve.txn;

import java.util.List;

/**
 * A transaction that is over.
 *
 * @param options how it ran
 * @param outcome how it ended
 * @param operations reads and writes in it
 * @param nanos from its begin to its end
 * @param isTimed whether the listener wanted the time of its phases
 * @param phases where the time of its commit went; none if it is not timed
 * @param conflicts what got into its way, for an outcome of {@code CONFLICT}
 */
public record TransactionEnd(
    TransactionOptions options,
    TransactionOutcome outcome,
    int operations,
    long nanos,
    boolean isTimed,
    PhaseTimes phases,
    List<Conflict> conflicts) {}
