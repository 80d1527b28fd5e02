package io.varve.mvcc;

import io.varve.model.Entry;
import io.varve.model.HistoryEntry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The store as of one revision. What it shows stays readable until it is closed, so it must be.
 * Thread-safe.
 */
public final class Snapshot implements AutoCloseable {
  private final SnapshotRegistry.Lease lease;
  private final VersionReader reader;
  private final VersionScan scan;

  Snapshot(SnapshotRegistry.Lease lease, VersionReader reader, VersionScan scan) {
    this.lease = lease;
    this.reader = reader;
    this.scan = scan;
  }

  /** The revision that is read. */
  public Revision revision() {
    return new Revision(lease.revision());
  }

  /** The entry of {@code key}, or null if there is none. */
  public @Nullable Entry get(Key key) {
    return reader.get(key, lease.revision());
  }

  /** The first entries of {@code range}, in the order of {@code options}. */
  public ScanPage scan(KeyRange range, ScanOptions options) {
    return scan.page(range, options, lease.revision());
  }

  /** Up to {@code limit} versions of {@code key} at or below this revision, newest first. */
  public List<HistoryEntry> history(Key key, int limit) {
    return history(key, limit, Long.MAX_VALUE);
  }

  /** The same, and no version after those whose values hold {@code maxBytes}. */
  public List<HistoryEntry> history(Key key, int limit, long maxBytes) {
    return reader.history(key, lease.revision(), limit, maxBytes);
  }

  /** Lets the revision go. Idempotent. */
  @Override
  public void close() {
    lease.close();
  }
}
