package io.varve.web;

import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.StoreId;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks of the entry before it is carried out (RFC 9110, section 13).
 *
 * @param ifMatch tags of which one must name the entry, or null
 * @param ifNoneMatch tags of which none may name it, or null
 */
record Preconditions(@Nullable EntityTags ifMatch, @Nullable EntityTags ifNoneMatch) {
  static Preconditions of(HttpServletRequest request) {
    return new Preconditions(
        EntityTags.parse("If-Match", request.getHeaders("If-Match")),
        EntityTags.parse("If-None-Match", request.getHeaders("If-None-Match")));
  }

  /** Whether it asks for anything: else the entry need not be read. */
  boolean isAny() {
    return ifMatch != null || ifNoneMatch != null;
  }

  /** For a write to {@code key}, whose entry is {@code current}; throws PRECONDITION_FAILED. */
  void check(StoreId storeId, Key key, @Nullable Entry current) {
    Revision revision = current == null ? null : current.revision();
    if (ifMatch != null && !ifMatch.matchStrongly(storeId, revision)) {
      throw failed(ifMatch, key, revision);
    }
    if (ifNoneMatch != null && ifNoneMatch.matchWeakly(storeId, revision)) {
      throw StoreErrors.preconditionFailed(key, revision);
    }
  }

  /** For a read: whether the client has this form already. Throws PRECONDITION_FAILED. */
  boolean isNotModified(StoreId storeId, Entry current, Form form) {
    if (ifMatch != null && !ifMatch.matchStrongly(storeId, current.revision())) {
      throw failed(ifMatch, current.key(), current.revision());
    }
    return ifNoneMatch != null && ifNoneMatch.matchWeakly(storeId, current.revision(), form);
  }

  private static StoreException failed(EntityTags ifMatch, Key key, @Nullable Revision current) {
    return ifMatch.hasWeak()
        ? StoreErrors.weakTagNeverMatches(key, current)
        : StoreErrors.preconditionFailed(key, current);
  }
}
