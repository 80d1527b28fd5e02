package io.varve.web;

import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreId;
import io.varve.txn.ReadView;
import io.varve.txn.StoreSessions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Answers the read of a key: as the bytes that are stored, or as JSON. */
@Component
final class EntryAnswers {
  private static final int NOT_MODIFIED = 304;

  private final StoreSessions sessions;
  private final RevisionHeaders headers;
  private final WorkPools pools;
  private final JsonMapper json;

  EntryAnswers(StoreSessions sessions, RevisionHeaders headers, WorkPools pools, JsonMapper json) {
    this.sessions = sessions;
    this.headers = headers;
    this.pools = pools;
    this.json = json;
  }

  /** The entry of {@code key}; throws {@code KEY_NOT_FOUND}. */
  Entry read(HttpServletResponse response, ReadView view, Key key) {
    headers.set(response, view.readRevision());
    Entry found = view.get(key);
    if (found == null) {
      throw StoreErrors.keyNotFound(key, view.readRevision());
    }
    return found;
  }

  /**
   * Writes an entry in the form that {@code wish} comes to. For a path that has one form only, the
   * wish is {@code Form.ENTRY.wish(request)}.
   */
  void write(HttpServletRequest request, HttpServletResponse response, Entry entry, Form.Wish wish)
      throws IOException {
    StoreId storeId = sessions.storeId();
    Form form = wish.choose(entry.value().contentType());
    boolean notModified = Preconditions.of(request).isNotModified(storeId, entry, form);
    if (!notModified) {
      ByteBudget.of(request).add(entry.value().length());
    }
    if (!entry.revision().equals(Revision.ZERO)) { // a write that is not committed has no tag
      response.setHeader(HttpHeaders.ETAG, EntityTags.of(storeId, entry.revision(), form));
      response.setHeader(HttpHeaders.CACHE_CONTROL, SafetyHeaders.KEPT_IF_IT_HOLDS);
    }
    response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    if (notModified) {
      response.setStatus(NOT_MODIFIED);
      return;
    }
    if (form == Form.ENTRY) {
      byte[] body =
          pools.workIf(
              entry.value().length() > WorkPools.LARGE_BYTES,
              () -> json.writeValueAsBytes(EntryJson.of(entry)));
      send(response, wish.entryType(), body);
    } else {
      // A value is whatever somebody stored: a browser must not run it in our name.
      response.setHeader(SafetyHeaders.CONTENT_SECURITY_POLICY, SafetyHeaders.STORED_VALUE);
      String stored = entry.value().contentType();
      send(
          response,
          stored == null ? MediaType.APPLICATION_OCTET_STREAM_VALUE : stored,
          entry.value().array());
    }
  }

  private static void send(HttpServletResponse response, String contentType, byte[] body)
      throws IOException {
    response.setContentType(contentType);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
