package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.Hold;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A revision that stays readable, as operators see it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Hold", description = "A revision that stays readable for a while.")
record HoldJson(
    @Schema(
            description = "Under which it is found.",
            example = "3f2a9c01d4e5b678",
            pattern = "^[0-9a-f]{16}$")
        String id,
    @Schema(description = "The revision that stays readable.", example = "913") long revision,
    @Schema(
            description = "What its owner calls it; left out where it has none.",
            example = "nightly export")
        @Nullable String label,
    @Schema(description = "When it was made.", example = "2026-11-24T06:00:00Z") Instant createdAt,
    @Schema(description = "When it ends by itself.", example = "2026-11-24T12:00:00Z")
        Instant expiresAt) {
  static HoldJson of(Hold hold) {
    return new HoldJson(
        hold.id(), hold.revision().value(), hold.label(), hold.createdAt(), hold.expiresAt());
  }

  /** All holds. */
  @Schema(name = "Holds", description = "The holds in force.")
  record AllOf(@Schema(description = "That of the oldest revision first.") List<HoldJson> holds) {
    static AllOf of(List<Hold> holds) {
      return new AllOf(holds.stream().map(HoldJson::of).toList());
    }
  }
}
