package io.varve.txn;

import io.varve.model.Hold;
import io.varve.model.Revision;
import io.varve.mvcc.Holds;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Revisions that stay readable for as long as somebody wants. Thread-safe. */
public final class RevisionHolds {
  private final Holds holds;

  RevisionHolds(Holds holds) {
    this.holds = holds;
  }

  /**
   * Keeps {@code revision}, or the newest one if it is null, readable for {@code ttl}. Throws as
   * {@link Holds#add} does.
   */
  public Hold add(@Nullable Revision revision, Duration ttl, @Nullable String label) {
    String id = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    return holds.add(id, revision, ttl, label);
  }

  /** Those in force, the oldest revision first. */
  public List<Hold> list() {
    return holds.list();
  }

  /** One of them; throws HOLD_NOT_FOUND, as the next two do. */
  public Hold find(String id) {
    return holds.find(id);
  }

  /** Lets one last for {@code ttl} from now; throws MALFORMED_REQUEST where that is too long. */
  public Hold renew(String id, Duration ttl) {
    return holds.renew(id, ttl);
  }

  /** Ends one. */
  public void release(String id) {
    holds.release(id);
  }
}
