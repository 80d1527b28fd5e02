package io.varve.txn;

import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import org.jspecify.annotations.Nullable;

/** The store as of one revision, with the writes of this transaction over it. */
public interface ReadView {
  /** The revision that is read. */
  Revision readRevision();

  /**
   * The entry of {@code key}, or null. What this transaction wrote itself has {@link
   * Revision#ZERO}, since its revision is not known before the commit. Throws {@code
   * KEY_TOO_LARGE}.
   */
  @Nullable Entry get(Key key);

  /** The first entries of {@code range}; own writes as in {@link #get}. */
  ScanPage scan(KeyRange range, ScanOptions options);
}
