package io.varve.config;

import io.varve.jobs.AlarmSettings;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * When writers are held up, and in the end refused with WRITE_STALL, because the engine is behind.
 *
 * @param level0Slow files at level 0 from which writers are held up; each read looks into all of
 *     them
 * @param level0Stop files at level 0 from which writers are refused
 * @param compactionSlow bytes behind in compaction from which writers are held up
 * @param compactionStop bytes behind in compaction from which writers are refused
 */
@Validated
@ConfigurationProperties("varve.stall")
public record StallProperties(
    @Min(1) @DefaultValue("64") long level0Slow,
    @Min(2) @DefaultValue("256") long level0Stop,
    @NotNull @MinSize("1B") @DefaultValue("16GB") DataSize compactionSlow,
    @NotNull @MinSize("1B") @DefaultValue("64GB") DataSize compactionStop) {

  AlarmSettings toSettings(DiskProperties disk) {
    if (level0Slow >= level0Stop) {
      throw new InvalidConfigurationPropertyValueException(
          "varve.stall.level0-stop", level0Stop, "It must be above varve.stall.level0-slow.");
    }
    if (compactionSlow.compareTo(compactionStop) >= 0) {
      throw new InvalidConfigurationPropertyValueException(
          "varve.stall.compaction-stop",
          compactionStop,
          "It must be above varve.stall.compaction-slow.");
    }
    return new AlarmSettings(
        disk.reserve().toBytes(),
        disk.maxStoreBytes().toBytes(),
        level0Slow,
        level0Stop,
        compactionSlow.toBytes(),
        compactionStop.toBytes());
  }
}
