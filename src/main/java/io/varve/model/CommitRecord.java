package io.varve.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a commit did, without the values.
 *
 * @param revision the revision of the commit
 * @param time when it was made
 * @param transactionId the id of its transaction, or null where nobody can ask for it
 * @param label what the client called it, or null
 * @param writes the keys it wrote, each once, in no order
 * @param more whether it wrote more keys than those
 */
public record CommitRecord(
    Revision revision,
    Instant time,
    @Nullable String transactionId,
    @Nullable String label,
    List<KeyWrite> writes,
    boolean more) {
  /**
   * A key that was written.
   *
   * @param key which
   * @param deleted whether it was deleted, and not put
   */
  public record KeyWrite(Key key, boolean deleted) {}
}
