package io.varve.web;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Counts and times requests, under the names of Spring's own observation of them but without its
 * cost: one meter is looked up and nothing else is made for a request.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2) // inside of the span that an exemplar names
final class RequestMeters implements Filter {
  private static final String NAME = "http.server.requests";
  private static final String UNKNOWN = "UNKNOWN";
  private static final int INTERNAL_ERROR = 500;

  private final MeterRegistry registry;
  private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();
  private final AtomicInteger active = new AtomicInteger();

  /** Requests that one meter counts together. There are few: clients choose none of its parts. */
  private record Kind(String method, String uri, int status) {}

  RequestMeters(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder(NAME + ".active", active, AtomicInteger::get)
        .description("Requests that are not answered yet")
        .register(registry);
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    active.incrementAndGet();
    long started = System.nanoTime();
    int status = INTERNAL_ERROR;
    try {
      chain.doFilter(request, response);
      status = ((HttpServletResponse) response).getStatus();
    } finally {
      active.decrementAndGet();
      timers
          .computeIfAbsent(kind((HttpServletRequest) request, status), this::timer)
          .record(System.nanoTime() - started, TimeUnit.NANOSECONDS);
    }
  }

  /** Names of methods and paths are the client's to choose; those that we know are not. */
  private static Kind kind(HttpServletRequest request, int status) {
    String method = request.getMethod();
    Object pattern = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    return new Kind(
        isKnown(method) ? method : UNKNOWN, pattern == null ? UNKNOWN : pattern.toString(), status);
  }

  private static boolean isKnown(String method) {
    for (HttpMethod known : HttpMethod.values()) {
      if (known.name().equals(method)) {
        return true;
      }
    }
    return false;
  }

  private Timer timer(Kind kind) {
    return Timer.builder(NAME)
        .description("Requests, by method, path and status")
        .tag("method", kind.method())
        .tag("uri", kind.uri())
        .tag("status", Integer.toString(kind.status()))
        .register(registry);
  }
}
