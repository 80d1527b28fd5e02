package io.varve.config;

import io.varve.txn.AdaptiveBatchSettings;
import io.varve.txn.Isolation;
import io.varve.txn.RegistrySettings;
import io.varve.txn.TransactionLimits;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionSettings;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What transactions may take.
 *
 * @param defaultIsolation what a transaction is protected from unless its request says otherwise
 * @param timeout how long a transaction may stay open before it is rolled back
 * @param maxTimeout the longest that a client may ask for
 * @param maxActive transactions open at a time; as many more may run in requests of their own
 * @param maxOpenBytes estimated heap bytes of what open transactions have read and written
 * @param maxEnded ended transactions that are remembered, but for committed ones
 * @param maxOperations reads and writes of a transaction
 * @param maxBytes bytes of keys and values that a transaction writes
 * @param maxAttempts how often the server runs a request that conflicts
 * @param stallTimeout how long a commit waits for room when unflushed data is at its bound
 * @param commitTimeout how long a commit waits for its log record before its fate is unknown
 * @param slowThreshold a transaction that was open for longer is logged with the time of each
 *     phase; 0 for none
 * @param expireInterval how often the server looks for transactions that are open for too long
 */
@Validated
@ConfigurationProperties("varve.transaction")
public record TransactionProperties(
    @NotNull @DefaultValue("SERIALIZABLE") Isolation defaultIsolation,
    @NotNull @DurationMin(millis = 1) @DefaultValue("10s") Duration timeout,
    @NotNull @DurationMin(millis = 1) @DefaultValue("5m") Duration maxTimeout,
    @Min(1) @DefaultValue("10000") int maxActive,
    @NotNull @MinSize("1B") @DefaultValue("128MB") DataSize maxOpenBytes,
    @Min(1) @DefaultValue("100000") int maxEnded,
    @Min(1) @DefaultValue("10000") int maxOperations,
    @NotNull @MinSize("1B") @DefaultValue("16MB") DataSize maxBytes,
    @Min(1) @DefaultValue("16") int maxAttempts,
    @NotNull @DurationMin @DefaultValue("5s") Duration stallTimeout,
    @NotNull @DurationMin(millis = 1) @DefaultValue("30s") Duration commitTimeout,
    @NotNull @DurationMin @DefaultValue("1s") Duration slowThreshold,
    @NotNull @DurationMin(millis = 10) @DefaultValue("1s") Duration expireInterval) {
  /** Writes that are sent alone have no place to ask for more. */
  @AssertTrue(message = "default-isolation must let transactions write: SERIALIZABLE or SNAPSHOT")
  public boolean isDefaultIsolationForWrites() {
    return defaultIsolation != Isolation.READ_ONLY;
  }

  TransactionLimits toLimits(LimitsProperties limits) {
    return new TransactionLimits(
        limits.keyBytesAsInt(),
        limits.valueBytesAsInt(),
        maxOperations,
        maxBytes.toBytes(),
        maxActive);
  }

  TransactionSettings toSettings(
      LimitsProperties limits, AdaptiveBatchSettings batch, Duration syncInterval) {
    return new TransactionSettings(
        toLimits(limits), maxAttempts, syncInterval, stallTimeout, commitTimeout, batch);
  }

  RegistrySettings toRegistrySettings(Duration keep) {
    if (maxTimeout.compareTo(timeout) < 0) {
      throw new InvalidConfigurationPropertyValueException(
          "varve.transaction.max-timeout",
          maxTimeout,
          "It must not be below varve.transaction.timeout, which is " + timeout + ".");
    }
    return new RegistrySettings(maxTimeout, maxOpenBytes.toBytes(), keep, maxEnded, commitTimeout);
  }

  TransactionOptions toOptions() {
    return new TransactionOptions(defaultIsolation, timeout, null, null);
  }
}
