package io.varve.web;

import io.varve.model.Entry;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.txn.Executed;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.ReadPoint;
import io.varve.txn.TransactionOptions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** Single keys. */
@RestController
@RequestMapping(path = {"/v1/kv/**", "/v1/kv-b64/**", "/v1/kv", "/v1/kv-b64"})
final class KvController {
  private static final Set<String> READ_PARAMETERS = Set.of("revision", "at");
  private static final int NOT_MODIFIED = 304;
  private static final int CREATED = 201;

  private final MvccTransactionManager transactions;
  private final TransactionOptions options;
  private final RevisionHeaders headers;
  private final JsonMapper json;
  private final BodyLimit valueLimit;

  KvController(
      MvccTransactionManager transactions,
      TransactionOptions options,
      RevisionHeaders headers,
      JsonMapper json) {
    this.transactions = transactions;
    this.options = options;
    this.headers = headers;
    this.json = json;
    this.valueLimit =
        new BodyLimit(
            ErrorCode.VALUE_TOO_LARGE, "The value", transactions.limits().maxValueBytes());
  }

  @RequestMapping(method = {RequestMethod.GET, RequestMethod.HEAD})
  void get(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Key key = KeyConverter.fromPath(request);
    ReadPoint point = QueryParameters.of(request, READ_PARAMETERS).readPoint();
    Preconditions preconditions = Preconditions.of(request);
    Entry entry =
        transactions.read(
            point,
            view -> {
              headers.set(response, view.readRevision());
              Entry found = view.get(key);
              if (found == null) {
                throw StoreErrors.keyNotFound(key, view.readRevision());
              }
              return found;
            });
    boolean notModified = preconditions.isNotModified(transactions.storeId(), entry);
    response.setHeader(HttpHeaders.ETAG, EntityTags.of(transactions.storeId(), entry.revision()));
    response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
    if (notModified) {
      response.setStatus(NOT_MODIFIED);
    } else if (wantsJson(request)) {
      write(
          response, MediaType.APPLICATION_JSON_VALUE, json.writeValueAsBytes(EntryJson.of(entry)));
    } else {
      // A value is whatever somebody stored: a browser must not run it in our name.
      response.setHeader("X-Content-Type-Options", "nosniff");
      response.setHeader("Content-Security-Policy", "sandbox");
      String stored = entry.value().contentType();
      write(
          response,
          stored == null ? MediaType.APPLICATION_OCTET_STREAM_VALUE : stored,
          entry.value().array());
    }
  }

  private static void write(HttpServletResponse response, String contentType, byte[] body)
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

  @PutMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  PutAnswer put(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Key key = KeyConverter.fromPath(request);
    var _ = QueryParameters.of(request, Set.of());
    Preconditions preconditions = Preconditions.of(request);
    String contentType = contentType(request);
    byte[] body = valueLimit.readAll(request.getInputStream(), request.getContentLengthLong());
    Value value = Value.wrap(body, contentType);
    StoreId storeId = transactions.storeId();
    Executed<Boolean> put =
        transactions.execute(
            options,
            view -> {
              headers.set(response, view.readRevision());
              Entry current = view.get(key);
              preconditions.check(storeId, key, current);
              view.put(key, value);
              return current == null;
            });
    headers.set(response, put.revision());
    response.setHeader(HttpHeaders.ETAG, EntityTags.of(storeId, put.revision()));
    if (put.result()) {
      response.setStatus(CREATED);
    }
    return new PutAnswer(put.revision().value(), put.result());
  }

  private static @Nullable String contentType(HttpServletRequest request) {
    String contentType = request.getContentType();
    if (contentType != null && !Value.isContentType(contentType)) {
      throw StoreErrors.malformed(
          HttpHeaders.CONTENT_TYPE,
          "This header must be at most "
              + Value.MAX_CONTENT_TYPE_LENGTH
              + " printable ASCII characters.");
    }
    return contentType;
  }

  @DeleteMapping(produces = MediaType.APPLICATION_JSON_VALUE)
  DeleteAnswer delete(HttpServletRequest request, HttpServletResponse response) {
    Key key = KeyConverter.fromPath(request);
    var _ = QueryParameters.of(request, Set.of());
    Preconditions preconditions = Preconditions.of(request);
    Executed<Boolean> delete =
        transactions.execute(
            options,
            view -> {
              headers.set(response, view.readRevision());
              Entry current = view.get(key);
              preconditions.check(transactions.storeId(), key, current);
              if (current == null) {
                return false;
              }
              view.delete(key);
              return true;
            });
    Revision revision = delete.revision();
    headers.set(response, revision);
    return new DeleteAnswer(revision.value(), delete.result());
  }

  /**
   * Of a PUT.
   *
   * @param revision that it made
   * @param created whether there was nothing before
   */
  record PutAnswer(long revision, boolean created) {}

  /**
   * Of a DELETE.
   *
   * @param revision that it made; that was read where there was nothing to delete
   * @param deleted whether there was something
   */
  record DeleteAnswer(long revision, boolean deleted) {}
}
