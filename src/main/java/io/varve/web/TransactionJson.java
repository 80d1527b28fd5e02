package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.txn.CommittedTransaction;
import io.varve.txn.Isolation;
import io.varve.txn.TransactionState;
import io.varve.txn.TransactionStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonSerialize;

/** An interactive transaction as clients see it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Transaction", description = "An interactive transaction.")
record TransactionJson(
    @Schema(
            description = "Under which it is called.",
            example = "0b6d1c5e7f20a4d3863f2a9c01d4e5b6",
            pattern = "^[0-9a-f]{32}$")
        String id,
    @Schema(description = "Where it stands.", example = "ACTIVE") State state,
    @Schema(
            description = "What it is protected from; left out once it has ended.",
            example = "SERIALIZABLE")
        @Nullable Isolation isolation,
    @Schema(description = "Whether it only reads; left out once it has ended.", example = "false")
        @Nullable Boolean readOnly,
    @Schema(description = "What it reads; left out once it has ended.", example = "905")
        @Nullable Long snapshotRevision,
    @Schema(
            description = "When it is rolled back; left out once it has ended.",
            example = "2026-11-24T12:00:10Z")
        @Nullable Instant expiresAt,
    @Schema(
            description = "What the client calls it; left out where it has none or has ended.",
            example = "billing")
        @Nullable String label,
    @Schema(
            description =
                "The revision of its commit, or what it read where it wrote nothing; left out"
                    + " unless it is committed.",
            example = "913")
        @JsonSerialize(using = PendingRevision.Writer.class)
        @Nullable Long revision,
    @Schema(
            description =
                "The revision that survived power failure when it was committed; left out unless it"
                    + " is.",
            example = "913")
        @JsonSerialize(using = PendingRevision.Writer.class)
        @Nullable Long durableRevision) {
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
