package io.varve.config;

import io.varve.mvcc.OutcomeLimits;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What is kept of requests and transactions, so that they can be sent again without harm. When it
 * is full, requests with an idempotency key and transactions get 503 until something ends.
 *
 * @param keepRequests how long the answer to a request with an idempotency key is kept
 * @param keepTransactions how long the outcome of an interactive transaction is kept
 * @param maxCount outcomes kept at a time
 * @param maxBytes bytes of outcomes kept at a time, on disk
 */
@Validated
@ConfigurationProperties("varve.outcomes")
public record OutcomeProperties(
    @NotNull @DurationMin(seconds = 1) @DefaultValue("24h") Duration keepRequests,
    @NotNull @DurationMin(seconds = 1) @DefaultValue("1h") Duration keepTransactions,
    @Min(1) @DefaultValue("5000000") long maxCount,
    @NotNull @MinSize("1B") @DefaultValue("1GB") DataSize maxBytes) {
  OutcomeLimits toLimits() {
    return new OutcomeLimits(maxCount, maxBytes.toBytes());
  }
}
