package io.varve.txn;

import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.mvcc.Snapshot;
import org.jspecify.annotations.Nullable;

/** A snapshot as a {@link ReadView}. */
record SnapshotReadView(Snapshot snapshot, TransactionLimits limits) implements ReadView {
  @Override
  public Revision readRevision() {
    return snapshot.revision();
  }

  @Override
  public @Nullable Entry get(Key key) {
    limits.check(key);
    return snapshot.get(key);
  }

  @Override
  public ScanPage scan(KeyRange range, ScanOptions options) {
    return snapshot.scan(range, options);
  }
}
