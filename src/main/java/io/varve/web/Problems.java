package io.varve.web;

import io.varve.model.ErrorCode;
import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.tracing.RequestTrace;
import io.varve.txn.Conflict;
import io.varve.txn.StoreSessions;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes every error, whoever found it, as {@code application/problem+json} (RFC 9457). */
@Component
final class Problems {
  private static final Logger log = LoggerFactory.getLogger(Problems.class);

  private static final String MEDIA_TYPE = "application/problem+json";
  private static final String TYPE = "urn:varve:problem:";
  private static final long MS_PER_SECOND = 1000;

  private final JsonMapper json;
  private final StoreSessions sessions;
  private final RejectionMeters rejections;
  private final AuditTrail audit;

  Problems(JsonMapper json, StoreSessions sessions, RejectionMeters rejections, AuditTrail audit) {
    this.json = json;
    this.sessions = sessions;
    this.rejections = rejections;
    this.audit = audit;
  }

  void write(HttpServletRequest request, HttpServletResponse response, StoreException problem)
      throws IOException {
    rejections.note(problem.code());
    audit.failed(request, response, problem.code());
    if (response.isCommitted()) {
      log.debug("The answer has begun already: {}", problem.toString());
      return;
    }
    HttpStatus status = HttpStatuses.of(problem.code());
    byte[] body = json.writeValueAsBytes(body(request, problem));
    response.resetBuffer();
    response.setStatus(status.value());
    response.setContentType(MEDIA_TYPE);
    response.setContentLength(body.length);
    setHeaders(response, problem, status);
    response.getOutputStream().write(body);
  }

  /** The members of a problem, in order; for an answer of which it is only a part. */
  static Map<String, Object> body(HttpServletRequest request, StoreException problem) {
    Map<String, Object> body = body(instance(request), problem);
    if (isOurFault(problem.code())) {
      body.put("traceId", logged(request, problem));
    }
    return body;
  }

  /** What clients are told, but for the trace id of a fault of ours. */
  static Map<String, Object> body(String instance, StoreException problem) {
    ErrorCode code = problem.code();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", TYPE + code.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    body.put("title", code.title());
    body.put("status", HttpStatuses.of(code).value());
    body.put("code", code.name());
    body.put("detail", problem.detail());
    body.put("instance", instance);
    body.put("retryable", isRetryable(problem));
    problem.context().forEach((name, fact) -> body.put(name, toJson(fact)));
    return body;
  }

  /** The path that the client asked for, where the server has sent the request on. */
  private static String instance(HttpServletRequest request) {
    if (request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String original) {
      return PercentEncoding.soundPath(original);
    }
    // There is none where the request line could not be read.
    return PercentEncoding.soundPath(Objects.requireNonNullElse(request.getRequestURI(), "/"));
  }

  /** A write whose fate is unknown may be there: to send it again could do it twice. */
  private static boolean isRetryable(StoreException problem) {
    return problem.code().retryable() && !problem.context().containsKey("outcome");
  }

  private static Object toJson(Object fact) {
    return fact instanceof List<?> list
        ? list.stream()
            .map(item -> item instanceof Conflict conflict ? ConflictJson.of(conflict) : item)
            .toList()
        : fact;
  }

  static boolean isOurFault(ErrorCode code) {
    HttpStatus status = HttpStatuses.of(code);
    return status == HttpStatus.INTERNAL_SERVER_ERROR || code == ErrorCode.STORAGE_IO;
  }

  /** Under the id of the trace that it happened in; where there is none, under one of its own. */
  private static String logged(HttpServletRequest request, StoreException problem) {
    String traced = RequestTrace.idOf(request);
    String traceId =
        traced == null
            ? HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())
            : traced;
    log.error("A request failed, trace id {}", traceId, problem);
    return traceId;
  }

  private void setHeaders(HttpServletResponse response, StoreException problem, HttpStatus status) {
    Map<String, Object> facts = problem.context();
    boolean isTemporary =
        status == HttpStatus.TOO_MANY_REQUESTS
            || status == HttpStatus.SERVICE_UNAVAILABLE
            || problem.code() == ErrorCode.JOB_RUNNING
            || problem.code() == ErrorCode.IDEMPOTENCY_IN_PROGRESS;
    if (isTemporary && isRetryable(problem)) {
      long ms = facts.get("retryAfterMs") instanceof Long wait ? wait : MS_PER_SECOND;
      response.setHeader(
          HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, Math.ceilDiv(ms, MS_PER_SECOND))));
    }
    if (status == HttpStatus.REQUEST_TIMEOUT) {
      response.setHeader(HttpHeaders.CONNECTION, "close"); // the rest of it is in the way
    }
    if (status == HttpStatus.UNAUTHORIZED) {
      response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    if (facts.get("currentStoreId") instanceof String current) {
      response.setHeader(HttpHeaders.ETAG, '"' + current + '"');
    }
    if (facts.get("currentRevision") instanceof Long current) {
      response.setHeader(
          HttpHeaders.ETAG, EntityTags.of(sessions.storeId(), new Revision(current)));
    }
  }
}
