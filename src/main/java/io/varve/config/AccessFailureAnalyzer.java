package io.varve.config;

import java.util.Objects;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells why the service does not start with these settings of access, and what to do. */
final class AccessFailureAnalyzer extends AbstractFailureAnalyzer<AccessException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, AccessException cause) {
    return new FailureAnalysis(
        Objects.requireNonNull(cause.getMessage()), cause.action(), rootFailure);
  }
}
