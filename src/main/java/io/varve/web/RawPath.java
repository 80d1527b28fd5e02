package io.varve.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;

/** What a path leads to, as far as that decides who may come in at all. */
final class RawPath {
  /*
   * A path is taken as it was sent, byte for byte. The parts of a server read an unusual path in their own
   * ways: they decode it, fold dots and double slashes, and cut parameters off. Each of these can make
   * another path of one that looks harmless. So what is open is a list, and a path with any of them is none
   * of the list; where it leads does not matter then.
   */
  private static final Pattern HEALTH =
      Pattern.compile("/livez|/readyz|/startupz|/actuator/health(?:/[A-Za-z0-9_-]+)*");

  private static final Pattern METRICS =
      Pattern.compile("/actuator(?:/info|/prometheus|/metrics(?:/[A-Za-z0-9_.-]+)?)?");

  private static final Pattern DOCUMENT =
      Pattern.compile(
          "/v3/api-docs(?:\\.yaml|/swagger-config)?|/swagger-ui\\.html"
              + "|/swagger-ui/[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*");

  private RawPath() {}

  /** Where a path leads. */
  enum Area {
    /** Health: open to everybody. */
    HEALTH,
    /** Numbers of the Actuator. */
    METRICS,
    /** What describes the API. */
    DOCUMENT,
    /** The API, whose calls decide for themselves. */
    API,
    /** Everything else, the rest of the Actuator among it. */
    OTHER
  }

  static Area area(HttpServletRequest request) {
    String base = request.getServletContext().getContextPath();
    String path = request.getRequestURI();
    return path.startsWith(base) ? area(path.substring(base.length())) : Area.OTHER;
  }

  static Area area(String path) {
    // Whatever follows, Spring MVC leads it to a handler below /v1 or to none.
    if (path.startsWith("/v1/")) {
      return Area.API;
    }
    if (HEALTH.matcher(path).matches()) {
      return Area.HEALTH;
    }
    if (METRICS.matcher(path).matches()) {
      return Area.METRICS;
    }
    return DOCUMENT.matcher(path).matches() ? Area.DOCUMENT : Area.OTHER;
  }
}
