package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.varve.access.Action;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.tracing.RequestTrace;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes down every call that runs the service and every call that was refused, each as a line of
 * JSON, to the logger {@value #LOGGER}, before the answer goes. It is around everything else that
 * judges a request, so what any of them turns away is in it. Of a request it tells neither the
 * query nor the headers nor the body: no value and no token gets here.
 */
@Component
final class AuditTrail {
  /** Where the lines go, and nothing else. */
  static final String LOGGER = "varve.audit";

  private static final Logger log = LoggerFactory.getLogger(LOGGER);

  /** Of a path or a method; a longest key with every byte percent-encoded is longer. */
  private static final int MAX_CHARACTERS = 1024;

  private static final String CODE = AuditTrail.class.getName() + ".code";
  private static final String SEEN = AuditTrail.class.getName() + ".seen";
  private static final String WRITTEN = AuditTrail.class.getName() + ".written";

  /** W3C Trace Context, section 3.2: version, trace id, parent id, flags. */
  private static final Pattern TRACE_PARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?");

  private final ObjectWriter json;
  private final InstantSource clock;

  AuditTrail(JsonMapper json, InstantSource clock) {
    this.json = json.writerFor(Line.class);
    this.clock = clock;
  }

  /** Remembers the code of an error that is told within an answer. */
  static void noteCode(ServletRequest request, ErrorCode code) {
    request.setAttribute(CODE, code.name());
  }

  /**
   * Writes the line of a request that ends in an error, before its client hears of that. What the
   * server itself could not read, and so gave to nobody, was no call: nothing is known of where it
   * leads.
   */
  void failed(HttpServletRequest request, HttpServletResponse response, ErrorCode code) {
    noteCode(request, code);
    if (request.getAttribute(SEEN) != null) {
      write(request, response, HttpStatuses.of(code).value());
    }
  }

  /** A filter; not as a type, since Spring Boot would put it before everything once more. */
  void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    request.setAttribute(SEEN, true);
    boolean isDone = false;
    try {
      chain.doFilter(request, response);
      isDone = true;
    } finally {
      var answered = (HttpServletResponse) response;
      int status = isDone ? answered.getStatus() : HttpStatus.INTERNAL_SERVER_ERROR.value();
      write((HttpServletRequest) request, answered, status);
    }
  }

  private void write(HttpServletRequest request, HttpServletResponse response, int status) {
    Caller caller = Caller.orNull(request);
    boolean isRefused = isRefused(request, caller, status);
    boolean isOfAdmin = caller != null && caller.administers();
    if ((!isRefused && !isOfAdmin) || request.getAttribute(WRITTEN) != null) {
      return;
    }
    request.setAttribute(WRITTEN, true);
    Caller.Refusal refusal = caller == null ? null : caller.refusal();
    log.info(
        json.writeValueAsString(
            new Line(
                isRefused ? Kind.REFUSED.text() : Kind.ADMIN.text(),
                clock.instant(),
                caller == null ? null : caller.name(),
                request.getRemoteAddr(),
                limited(request.getMethod()),
                limited(request.getRequestURI()),
                action(caller, refusal),
                refusal == null ? null : Keys.of(refusal.range()),
                response.getHeader(RevisionHeaders.REVISION),
                status,
                (String) request.getAttribute(CODE),
                traceId(request))));
  }

  /** Whether the request, or a part of it, was turned away. */
  private static boolean isRefused(
      HttpServletRequest request, @Nullable Caller caller, int status) {
    if (status == HttpStatus.UNAUTHORIZED.value() || status == HttpStatus.FORBIDDEN.value()) {
      return true;
    }
    return caller == null ? RawPath.area(request) != RawPath.Area.HEALTH : caller.refusal() != null;
  }

  private static @Nullable String action(
      @Nullable Caller caller, Caller.@Nullable Refusal refused) {
    Action action = refused == null ? null : refused.action();
    if (action == null && caller != null && caller.administers()) {
      action = Action.ADMINISTER;
    }
    return action == null ? null : action.verb();
  }

  private static @Nullable String traceId(HttpServletRequest request) {
    String traced = RequestTrace.idOf(request);
    String sent = request.getHeader("traceparent");
    if (traced != null || sent == null) {
      return traced;
    }
    Matcher parent = TRACE_PARENT.matcher(sent);
    return parent.matches() ? parent.group(1) : null;
  }

  private static @Nullable String limited(@Nullable String text) {
    return text == null || text.length() <= MAX_CHARACTERS
        ? text
        : text.substring(0, MAX_CHARACTERS) + "…";
  }

  private enum Kind {
    ADMIN,
    REFUSED;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A line; what does not apply is left out.
   *
   * @param audit why it is here: "admin" or "refused"
   * @param time when the answer was ready
   * @param who the caller, or null where he has not shown who he is
   * @param from the address that the request came from
   * @param path the path as it was sent, without the query
   * @param action what was to be done, or null where it did not come to that
   * @param keys which keys it was refused for
   * @param revision the newest one, or that of the answer
   * @param code of the error
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Line(
      String audit,
      Instant time,
      @Nullable String who,
      @Nullable String from,
      @Nullable String method,
      @Nullable String path,
      @Nullable String action,
      @Nullable Keys keys,
      @Nullable String revision,
      int status,
      @Nullable String code,
      @Nullable String traceId) {}

  /** A range of keys, from its first on, up to before its end; an end that is left out is open. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Keys(@Nullable Bytes start, @Nullable Bytes end) {
    static @Nullable Keys of(KeyRange range) {
      return range.equals(KeyRange.ALL) ? null : new Keys(bytes(range.start()), bytes(range.end()));
    }

    private static @Nullable Bytes bytes(@Nullable Key key) {
      return key == null ? null : Bytes.of(key);
    }
  }
}
