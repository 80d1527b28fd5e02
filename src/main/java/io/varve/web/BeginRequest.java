package io.varve.web;

import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.txn.Isolation;
import io.varve.txn.ReadPoint;
import io.varve.txn.TransactionOptions;
import java.time.DateTimeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a transaction is to run. What is left out is as in the settings. */
@Schema(description = "How a transaction is to run. What is left out is as in the settings.")
record BeginRequest(
    @Schema(description = "What it is protected from.", example = "SERIALIZABLE")
        @Nullable Isolation isolation,
    @Schema(description = "Whether it only reads.", example = "false") @Nullable Boolean readOnly,
    @Schema(description = "How long it may stay open, in ISO 8601.", example = "PT10S")
        @Nullable String timeout,
    @Schema(
            description = "What the client calls it; others see it in conflicts.",
            example = "billing",
            maxLength = Labels.MAX_LENGTH)
        @Nullable String label,
    @Schema(
            description = "What it reads, if it only reads; the newest unless it is given.",
            example = "905")
        @Nullable Long revision) {
  static final BeginRequest DEFAULTS = new BeginRequest(null, null, null, null, null);

  TransactionOptions options(TransactionOptions defaults) {
    TransactionOptions chosen =
        defaults.with(chosenIsolation(defaults)).labelled(Labels.check(label));
    return timeout == null ? chosen : chosen.with(duration(timeout));
  }

  private Isolation chosenIsolation(TransactionOptions defaults) {
    if (Boolean.FALSE.equals(readOnly) && isolation == Isolation.READ_ONLY) {
      throw StoreErrors.malformed("readOnly", "A READ_ONLY transaction only reads.");
    }
    if (Boolean.TRUE.equals(readOnly)) {
      return Isolation.READ_ONLY;
    }
    return isolation == null ? defaults.isolation() : isolation;
  }

  ReadPoint point() {
    if (revision == null) {
      return ReadPoint.LATEST;
    }
    if (revision < 0 || revision > Revision.MAX_VALUE) {
      throw StoreErrors.malformed("revision", "A revision is 0 to 2^53 - 1.");
    }
    return new ReadPoint.AtRevision(new Revision(revision));
  }

  private static Duration duration(String text) {
    try {
      Duration duration = Duration.parse(text);
      var _ = duration.toNanos();
      return duration;
    } catch (DateTimeException | ArithmeticException _) {
      throw StoreErrors.malformed("timeout", "This must be a duration such as PT10S.");
    }
  }
}
