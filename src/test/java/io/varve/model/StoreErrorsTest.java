package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests for {@link StoreErrors} and {@link StoreException}: what clients rely on. */
final class StoreErrorsTest {
  private static final Revision SEVEN = new Revision(7);

  @Test
  void revisionErrors_nameTheRevisions() {
    assertThat(StoreErrors.revisionInFuture(9, SEVEN).context())
        .containsEntry("requested", 9L)
        .containsEntry("current", 7L);
    assertThat(StoreErrors.revisionPruned(new Revision(2), SEVEN).context())
        .containsEntry("requested", 2L)
        .containsEntry("oldestRevision", 7L);
    StoreException lost = StoreErrors.revisionLost(new Revision(8), SEVEN, new Revision(9));
    assertThat(lost.code()).isEqualTo(ErrorCode.REVISION_LOST);
    assertThat(lost.detail()).contains("8");
  }

  @Test
  void tooLarge_namesLimitAndActual() {
    StoreException failure =
        StoreErrors.tooLarge(ErrorCode.KEY_TOO_LARGE, "The key", "bytes", 10, 11);

    assertThat(failure.detail()).isEqualTo("The key is 11 bytes; the limit is 10.");
    assertThat(failure.context()).containsEntry("limit", 10L).containsEntry("actual", 11L);
  }

  @Test
  void unknownOutcome_saysSo() {
    var cause = new IllegalStateException("disk");
    StoreException failure = TransactionErrors.unknownOutcome(cause);

    assertThat(failure.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    assertThat(failure.context()).containsEntry("outcome", "unknown");
    assertThat(failure).hasCause(cause);
  }

  @Test
  void retryable_conflictsAndOverloadOnly() {
    assertThat(
            List.of(
                ErrorCode.TRANSACTION_CONFLICT,
                ErrorCode.TRANSACTION_EXPIRED,
                ErrorCode.WRITE_STALL,
                ErrorCode.STORE_UNAVAILABLE,
                ErrorCode.TOO_MANY_TRANSACTIONS))
        .allMatch(ErrorCode::retryable);
    assertThat(
            List.of(
                ErrorCode.REVISION_PRUNED,
                ErrorCode.REVISION_LOST,
                ErrorCode.TRANSACTION_FINISHED,
                ErrorCode.STORAGE_CORRUPTED,
                ErrorCode.UNKNOWN_FORMAT))
        .noneMatch(ErrorCode::retryable);
  }

  @Test
  void toString_holdsCodeAndContext() {
    assertThat(StoreErrors.unknownFormat("2", "1"))
        .hasToString(
            "StoreException[UNKNOWN_FORMAT] The store has format version 2; this program knows"
                + " version 1. Run the version of Varve that wrote it. {found=2, known=1}");
  }
}
