package io.varve.metrics;

import io.varve.checkpoint.Checkpoint;
import io.varve.checkpoint.CheckpointManifest;
import io.varve.checkpoint.CheckpointService;
import io.varve.model.StoreException;
import io.varve.txn.StoreSession;
import io.varve.txn.StoreSessions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that take a look at the disk, taken now and then on a thread of their own: a scrape must
 * never wait for a disk, least of all one that hangs. Written by one thread, read by all.
 */
public final class PeriodicReadings {
  private final StoreSessions sessions;
  private final CheckpointService checkpoints;

  private volatile double keys = Double.NaN;
  private volatile int checkpointCount;
  private volatile @Nullable CheckpointManifest newest;

  /** Readings of these. */
  public PeriodicReadings(StoreSessions sessions, CheckpointService checkpoints) {
    this.sessions = sessions;
    this.checkpoints = checkpoints;
  }

  /** Counts keys. Reads a few thousand rows. */
  public void readKeys() {
    try {
      StoreSession now = sessions.current();
      keys = now.transactions().estimateFlushedKeys() + now.store().status().overlayKeys();
    } catch (StoreException _) {
      // There is no store just now; the last number stands.
    }
  }

  /** Looks at the checkpoints there are. */
  public void readCheckpoints() {
    List<Checkpoint> found = checkpoints.list();
    checkpointCount = found.size();
    newest =
        found.stream().map(Checkpoint::manifest).filter(Objects::nonNull).findFirst().orElse(null);
  }

  double keys() {
    return keys;
  }

  int checkpointCount() {
    return checkpointCount;
  }

  /** Of the newest checkpoint that can be read, or null. */
  @Nullable CheckpointManifest newestCheckpoint() {
    return newest;
  }
}
