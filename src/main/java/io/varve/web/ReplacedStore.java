package io.varve.web;

import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.StoreErrors;
import io.varve.model.StoreId;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * The store that a restore may replace, as named by its request. A restored store has a new id, so
 * a retry that arrives late names a store that is gone and is refused.
 *
 * @param ifMatch tags of which one must be the id of the open store, or null
 * @param storeId its id in the body, or null
 */
record ReplacedStore(@Nullable EntityTags ifMatch, @Nullable StoreId storeId) {
  /** Reads header and body. Throws MALFORMED_REQUEST. */
  static ReplacedStore of(HttpServletRequest request, @Nullable Body body) {
    return new ReplacedStore(
        EntityTags.parse("If-Match", request.getHeaders("If-Match")),
        body == null || body.storeId() == null ? null : storeId(body.storeId()));
  }

  private static StoreId storeId(String text) {
    try {
      return new StoreId(text);
    } catch (IllegalArgumentException _) {
      throw StoreErrors.malformed("storeId", "This must be 16 lower-case hexadecimal digits.");
    }
  }

  /**
   * Throws PRECONDITION_REQUIRED where no store is named, {@code *} names none, and
   * PRECONDITION_FAILED where it is not {@code open}.
   */
  void check(StoreId open) {
    EntityTags named = ifMatch == null || ifMatch.any() ? null : ifMatch;
    if (named == null && storeId == null) {
      throw StoreErrors.storeNotNamed();
    }
    boolean isOther = storeId != null && !storeId.equals(open);
    if (isOther || (named != null && !named.hasStrong(open.text()))) {
      throw StoreErrors.otherStore(open);
    }
  }

  /** The body of a restore. */
  @Schema(name = "RestoreRequest", description = "Which store is replaced.")
  record Body(
      @Schema(
              description = "The id of the open store, unless `If-Match` names it.",
              example = "3f2a9c01d4e5b678")
          @Nullable String storeId) {}
}
