package io.varve.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.LongSupplier;

/** How the settings of access do. */
public final class AccessMeters implements MeterBinder {
  private final LongSupplier reloadFailures;

  /**
   * Meters of access.
   *
   * @param reloadFailures how often the tokens could not be read again
   */
  public AccessMeters(LongSupplier reloadFailures) {
    this.reloadFailures = reloadFailures;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    FunctionCounter.builder(
            "varve.security.reload.failures", reloadFailures, LongSupplier::getAsLong)
        .description("Times that the settings of tokens were read again and found wrong")
        .register(registry);
  }
}
