package io.varve.bench.soak;

import java.util.Set;

/**
 * What a call that threw came to.
 *
 * @param code the error's stable name
 * @param inDoubt whether its writes may be there although it failed
 * @param detail for people
 */
record Trouble(String code, boolean inDoubt, String detail) {
  private static final Set<String> REFUSALS =
      Set.of("STORE_UNAVAILABLE", "SHUTTING_DOWN", "TRANSACTION_NOT_FOUND");

  /** Whether it lost against another transaction. */
  boolean isConflict() {
    return code.equals("TRANSACTION_CONFLICT");
  }

  /** Whether it asked for a past that is gone. */
  boolean isPruned() {
    return code.equals("REVISION_PRUNED");
  }

  /** Whether a store that is being closed, or was opened anew, may answer this. */
  boolean isRefusal() {
    return REFUSALS.contains(code);
  }
}
