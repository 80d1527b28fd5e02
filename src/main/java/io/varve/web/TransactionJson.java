package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.varve.txn.CommittedTransaction;
import io.varve.txn.Isolation;
import io.varve.txn.TransactionState;
import io.varve.txn.TransactionStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * An interactive transaction as clients see it.
 *
 * @param id under which it is called
 * @param state where it stands
 * @param isolation what it is protected from; left out once it has ended
 * @param readOnly whether it only reads; left out once it has ended
 * @param snapshotRevision what it reads; left out once it has ended
 * @param expiresAt when it is rolled back; left out once it has ended
 * @param label what the client calls it; left out where it has none or has ended
 * @param revision of its commit, or what it read where it wrote nothing; left out unless committed
 * @param durableRevision what survived power failure when it was committed; left out unless it is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record TransactionJson(
    String id,
    State state,
    @Nullable Isolation isolation,
    @Nullable Boolean readOnly,
    @Nullable Long snapshotRevision,
    @Nullable Instant expiresAt,
    @Nullable String label,
    @JsonSerialize(using = PendingRevision.Writer.class) @Nullable Long revision,
    @JsonSerialize(using = PendingRevision.Writer.class) @Nullable Long durableRevision) {
  /** Where a transaction stands. */
  enum State {
    /** It takes calls. */
    ACTIVE,
    /** It is committed. */
    COMMITTED,
    /** Its commit was refused. */
    CONFLICTED,
    /** It was given up. */
    ROLLED_BACK,
    /** It was open for too long. */
    EXPIRED;

    private static State of(TransactionState state) {
      return switch (state) {
        case ACTIVE, COMMITTING -> ACTIVE;
        case COMMITTED -> COMMITTED;
        case CONFLICTED -> CONFLICTED;
        case ROLLED_BACK -> ROLLED_BACK;
        case EXPIRED -> EXPIRED;
      };
    }
  }

  static TransactionJson of(TransactionStatus status) {
    TransactionStatus.Lease lease = status.lease();
    CommittedTransaction commit = status.commit();
    if (commit != null) {
      return committed(commit.id(), commit.revision().value(), commit.durable().value());
    }
    if (lease == null) {
      return ended(status.id(), State.of(status.state()));
    }
    return new TransactionJson(
        status.id(),
        State.of(status.state()),
        lease.isolation(),
        lease.isolation() == Isolation.READ_ONLY,
        lease.snapshot().value(),
        lease.expiresAt(),
        lease.label(),
        null,
        null);
  }

  static TransactionJson committed(String id, long revision, long durableRevision) {
    return new TransactionJson(
        id, State.COMMITTED, null, null, null, null, null, revision, durableRevision);
  }

  static TransactionJson rolledBack(String id) {
    return ended(id, State.ROLLED_BACK);
  }

  private static TransactionJson ended(String id, State state) {
    return new TransactionJson(id, state, null, null, null, null, null, null, null);
  }
}
