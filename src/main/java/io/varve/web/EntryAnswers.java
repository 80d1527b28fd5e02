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
import java.util.Comparator;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
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

  /** What an answer consists of. */
  enum Form {
    /** The object that describes the entry, whatever the request accepts. */
    ENTRY,
    /** The stored bytes, unless the request prefers the object. */
    NEGOTIATED
  }

  /** Writes an entry as the request wants it. */
  void write(HttpServletRequest request, HttpServletResponse response, Entry entry)
      throws IOException {
    write(request, response, entry, Form.NEGOTIATED);
  }

  /** Writes an entry in {@code form}. */
  void write(HttpServletRequest request, HttpServletResponse response, Entry entry, Form form)
      throws IOException {
    StoreId storeId = sessions.storeId();
    boolean notModified = Preconditions.of(request).isNotModified(storeId, entry);
    if (!notModified) {
      ByteBudget.of(request).add(entry.value().length());
    }
    if (!entry.revision().equals(Revision.ZERO)) { // a write that is not committed has no tag
      response.setHeader(HttpHeaders.ETAG, EntityTags.of(storeId, entry.revision()));
      response.setHeader(HttpHeaders.CACHE_CONTROL, SafetyHeaders.KEPT_IF_IT_HOLDS);
    }
    if (form == Form.NEGOTIATED) {
      response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    }
    if (notModified) {
      response.setStatus(NOT_MODIFIED);
      return;
    }
    if (form == Form.ENTRY || (form == Form.NEGOTIATED && wantsJson(request))) {
      byte[] body =
          pools.workIf(
              entry.value().length() > WorkPools.LARGE_BYTES,
              () -> json.writeValueAsBytes(EntryJson.of(entry)));
      send(response, MediaType.APPLICATION_JSON_VALUE, body);
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

  /** Whether the client names JSON, and nothing that it would rather have. */
  private static boolean wantsJson(HttpServletRequest request) {
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    if (accept == null) {
      return false;
    }
    List<MediaType> types;
    try {
      types = MediaType.parseMediaTypes(accept);
    } catch (InvalidMediaTypeException _) {
      throw StoreErrors.malformed(HttpHeaders.ACCEPT, "This header must be a list of media types.");
    }
    return types.stream()
        .max(Comparator.comparingDouble(MediaType::getQualityValue))
        .filter(MediaType.APPLICATION_JSON::equalsTypeAndSubtype)
        .isPresent();
  }
}
