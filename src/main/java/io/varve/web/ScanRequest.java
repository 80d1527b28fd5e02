package io.varve.web;

import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.StoreId;
import io.varve.txn.ReadPoint;

/**
 * What a request for a range wants to read.
 *
 * @param point at which state
 * @param whole the range of the whole scan
 * @param rest what is left of it
 * @param reverse from the highest key down
 * @param keysOnly without the values
 */
record ScanRequest(
    ReadPoint point, KeyRange whole, KeyRange rest, boolean reverse, boolean keysOnly) {
  /**
   * What {@code query} asks for, in the transaction that {@code scope} names or in none: a new
   * scan, or where its page token, which must be of {@code caller}, says how one goes on.
   */
  static ScanRequest of(
      QueryParameters query, PageTokens tokens, StoreId storeId, String scope, Caller caller) {
    boolean keysOnly = query.flag("keysOnly");
    String token = query.text("pageToken");
    if (token != null) {
      return next(query, tokens.decode(token, caller.principal().id()), storeId, scope, keysOnly);
    }
    KeyRange range = query.range();
    return new ScanRequest(query.readPoint(), range, range, query.flag("reverse"), keysOnly);
  }

  /** A page token together with parameters that are not those of its scan. */
  static StoreException ofAnotherScan() {
    return StoreErrors.invalidPageToken(
        "This page token is of another scan. Leave out what was asked for there, or repeat it.");
  }

  /** Whether this is a further page of a scan. */
  boolean goesOn() {
    return !rest.equals(whole);
  }

  /** A client may repeat the parameters of its first request, which must be the same then. */
  private static ScanRequest next(
      QueryParameters query, PageToken token, StoreId storeId, String scope, boolean keysOnly) {
    if (!token.storeId().equals(storeId)) {
      throw StoreErrors.invalidPageToken(
          "This page token is from before a restore. Begin again without one.");
    }
    if (!token.scope().equals(scope)) {
      throw StoreErrors.invalidPageToken(
          "This page token is of another transaction, or of none. Use it where it was given.");
    }
    Revision revision = query.revision();
    boolean sameScan =
        (!query.hasRange() || query.range().equals(token.whole()))
            && (!query.has("reverse") || query.flag("reverse") == token.reverse())
            && (revision == null || revision.equals(token.revision()));
    if (!sameScan) {
      throw ofAnotherScan();
    }
    ReadPoint point = new ReadPoint.AtRevision(token.revision());
    return new ScanRequest(point, token.whole(), token.rest(), token.reverse(), keysOnly);
  }
}
