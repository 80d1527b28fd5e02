package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.txn.TransactionRates;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** How transactions went lately. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "TransactionRates", description = "How transactions went in the last minute.")
record RatesJson(
    @Schema(
            description = "Seconds that this covers: a minute, or less right after a start.",
            example = "60.5")
        double windowSeconds,
    @Schema(description = "Transactions that ended, per second.", example = "1204.5")
        double perSecond,
    @Schema(description = "Those that were committed, per second.", example = "1180.2")
        double committedPerSecond,
    @Schema(
            description =
                "Committed ones to those that were not given up by their owners, 0 to 1; 1 if there"
                    + " were none.",
            example = "0.997")
        double successRatio,
    @Schema(
            description =
                "Milliseconds that half of them took at most; left out if none was timed.",
            example = "0.4")
        @Nullable Double p50Ms,
    @Schema(description = "Milliseconds that nine of ten took at most.", example = "1.9")
        @Nullable Double p90Ms,
    @Schema(description = "Milliseconds that 99 of a hundred took at most.", example = "8.7")
        @Nullable Double p99Ms) {
  private static final double MILLION = TimeUnit.MILLISECONDS.toNanos(1);
  private static final double MS_PER_SECOND = 1000;

  static RatesJson of(TransactionRates rates) {
    TransactionRates.Durations durations = rates.durations();
    return new RatesJson(
        rounded(rates.window().toMillis() / MS_PER_SECOND),
        rounded(rates.perSecond()),
        rounded(rates.committedPerSecond()),
        rounded(rates.successRatio()),
        durations == null ? null : ms(durations.p50()),
        durations == null ? null : ms(durations.p90()),
        durations == null ? null : ms(durations.p99()));
  }

  private static double ms(Duration duration) {
    return rounded(duration.toNanos() / MILLION);
  }

  /** To a thousandth: more is noise. */
  private static double rounded(double value) {
    return Math.round(value * MS_PER_SECOND) / MS_PER_SECOND;
  }
}
