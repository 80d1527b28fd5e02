package io.varve.config;

import io.varve.web.WebLimits;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What one request may bring and take. GET /v1/limits tells clients.
 *
 * @param keyBytes bytes of a key
 * @param valueBytes bytes of a value
 * @param requestBytes bytes of a JSON body
 * @param resultBytes bytes of keys and values in one answer to a transaction or a history
 * @param pageBytes bytes of keys and values at which a page ends
 * @param pageEntries entries of a page at most
 * @param pageEntriesDefault entries of a page where the request does not say
 */
@Validated
@ConfigurationProperties("varve.limits")
public record LimitsProperties(
    @NotNull @MinSize("1B") @DefaultValue("4KB") DataSize keyBytes,
    @NotNull @MinSize("1B") @DefaultValue("8MB") DataSize valueBytes,
    @NotNull @MinSize("1B") @DefaultValue("24MB") DataSize requestBytes,
    @NotNull @MinSize("1B") @DefaultValue("16MB") DataSize resultBytes,
    @NotNull @MinSize("1B") @DefaultValue("4MB") DataSize pageBytes,
    @Min(1) @Max(1_000_000) @DefaultValue("10000") int pageEntries,
    @Min(1) @Max(1_000_000) @DefaultValue("1000") int pageEntriesDefault) {
  private static final DataSize MAX_KEY = DataSize.ofKilobytes(64);
  private static final DataSize MAX_VALUE = DataSize.ofMegabytes(512);

  int keyBytesAsInt() {
    return bounded("varve.limits.key-bytes", keyBytes, MAX_KEY);
  }

  int valueBytesAsInt() {
    return bounded("varve.limits.value-bytes", valueBytes, MAX_VALUE);
  }

  WebLimits toLimits(PageProperties page, TransactionProperties transactions) {
    return new WebLimits(
        requestBytes.toBytes(),
        resultBytes.toBytes(),
        pageBytes.toBytes(),
        pageEntries,
        Math.min(pageEntries, pageEntriesDefault),
        page.lease(),
        transactions.maxAttempts());
  }

  private static int bounded(String name, DataSize size, DataSize max) {
    if (size.compareTo(max) > 0) {
      throw new InvalidConfigurationPropertyValueException(
          name, size, "It must be at most " + max + ".");
    }
    return Math.toIntExact(size.toBytes());
  }
}
