package io.varve.mvcc;

import io.varve.model.OutcomeRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that was given its place in the commit order. Immutable.
 *
 * @param revision its revision, 1 or more
 * @param previous the revision of the commit before it, so that a hole in the log shows; 0 if none
 * @param timeMs when it was ordered, in milliseconds since 1970; never below the commit before it
 * @param transactionId the id of the transaction, or null where nobody can ask for it
 * @param label what the client calls it, or null
 * @param outcomes what is kept for those who ask again what became of it
 * @param writes the keys it changed, each once; none where it only brings outcomes
 */
public record Commit(
    long revision,
    long previous,
    long timeMs,
    @Nullable String transactionId,
    @Nullable String label,
    List<OutcomeRecord> outcomes,
    List<Write> writes) {
  /** A commit that nobody asks about. */
  public Commit(
      long revision,
      long previous,
      long timeMs,
      @Nullable String transactionId,
      @Nullable String label,
      List<Write> writes) {
    this(revision, previous, timeMs, transactionId, label, List.of(), writes);
  }
}
