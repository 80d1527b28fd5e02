package io.varve.web;

import io.varve.model.StoreErrors;
import org.jspecify.annotations.Nullable;

/** What clients call their transactions. */
final class Labels {
  static final int MAX_LENGTH = 128;

  private Labels() {}

  /** The label, if it is short enough. */
  static @Nullable String check(@Nullable String label) {
    if (label != null && label.length() > MAX_LENGTH) {
      throw StoreErrors.malformed(
          "label", "This must not be longer than " + MAX_LENGTH + " characters.");
    }
    return label;
  }
}
