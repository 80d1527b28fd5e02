package io.varve.web;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.varve.model.ErrorCode;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Counts what was refused for want of room, time, a store, a token or a right, and not for what was
 * asked.
 */
@Component
final class RejectionMeters {
  private final Map<ErrorCode, Counter> counters = new EnumMap<>(ErrorCode.class);

  RejectionMeters(MeterRegistry registry) {
    for (ErrorCode code : ErrorCode.values()) {
      if (isRejection(code)) {
        counters.put(code, counter(code, registry));
      }
    }
  }

  /** Whether the same request may go through at another time, or from somebody else. */
  private static boolean isRejection(ErrorCode code) {
    return switch (HttpStatuses.of(code)) {
      case UNAUTHORIZED, FORBIDDEN, TOO_MANY_REQUESTS, SERVICE_UNAVAILABLE, INSUFFICIENT_STORAGE ->
          true;
      default -> false;
    };
  }

  private static Counter counter(ErrorCode code, MeterRegistry registry) {
    return Counter.builder("varve.requests.rejected")
        .tag("reason", code.name().toLowerCase(Locale.ROOT))
        .description(
            "Requests refused for now or for want of a token or a right, by the code of the error")
        .register(registry);
  }

  /** Counts an error that a client is told. */
  void note(ErrorCode code) {
    Counter counter = counters.get(code);
    if (counter != null) {
      counter.increment();
    }
  }
}
