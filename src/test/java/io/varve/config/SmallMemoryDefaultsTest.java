package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.storage.rocksdb.RocksDbSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.core.env.StandardEnvironment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Tests for {@link SmallMemoryDefaults}. */
final class SmallMemoryDefaultsTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource({"1024, 4096", "2048, 4096", "16384, 65536"})
  void muchMemory_leavesEveryDefault(long heapMib, long limitMib) {
    assertThat(SmallMemoryDefaults.fitting(heapMib * MIB, limitMib * MIB, 16_384 * MIB)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"180, 448", "205, 512", "307, 768", "410, 1024", "614, 1536"})
  void container_getsASumThatFits(long heapMib, long limitMib) {
    Map<String, Object> values =
        SmallMemoryDefaults.fitting(heapMib * MIB, limitMib * MIB, 16_384 * MIB);
    RocksDbSettings engine =
        bind(RocksDbProperties.class, "varve.rocksdb", values).toSettings(Path.of("db"));
    MemoryBudget budget = MemoryBudget.of(engine, heapMib * MIB, limitMib * MIB);
    assertThat(budget.check().sum()).isLessThanOrEqualTo(limitMib * MIB);
    assertThat(engine.blockCacheBytes()).isBetween(16 * MIB, 128 * MIB);
    assertThat(engine.logWriteBufferBytes()).isBetween(4 * MIB, 32 * MIB);
  }

  @Test
  void heapOf205Megabytes_isSharedOut() {
    Map<String, Object> values = SmallMemoryDefaults.fitting(205 * MIB, 512 * MIB, 16_384 * MIB);
    StoreProperties store = bind(StoreProperties.class, "varve", values);
    FlushProperties flush = bind(FlushProperties.class, "varve.flush", values);
    assertThat(store.overlay().maxBytes().toBytes()).isEqualTo(205 * MIB / 4);
    assertThat(flush.maxBytes().toBytes()).isEqualTo(205 * MIB / 16);
    assertThat(flush.maxBytes()).isGreaterThan(flush.minBytes());
    assertThat(store.cache().maxBytes().toBytes()).isEqualTo(205 * MIB / 16);
    TransactionProperties transaction =
        bind(TransactionProperties.class, "varve.transaction", values);
    assertThat(transaction.maxOpenBytes().toBytes()).isEqualTo(205 * MIB / 8);
    assertThat(bind(BatchProperties.class, "varve.batch", values).maxBytes().toBytes())
        .isEqualTo(205 * MIB / 64);
  }

  /**
   * Half the reserve, which begins where the alarm does, must hold two flushes and a compaction.
   */
  @ParameterizedTest
  @CsvSource({"700", "1024", "4096", "8191", "16384"})
  void smallDisk_hasRoomForUpkeepInItsReserve(long diskMib) {
    Map<String, Object> values =
        SmallMemoryDefaults.fitting(16_384 * MIB, 65_536 * MIB, diskMib * MIB);
    long flush = bind(FlushProperties.class, "varve.flush", values).maxBytes().toBytes();
    RocksDbSettings engine =
        bind(RocksDbProperties.class, "varve.rocksdb", values).toSettings(Path.of("db"));
    assertThat(2 * flush + 8 * engine.sstTargetBytes()).isLessThanOrEqualTo(diskMib * MIB / 16);
    assertThat(bind(StoreProperties.class, "varve", values).overlay().maxBytes().toBytes())
        .isLessThanOrEqualTo(diskMib * MIB / 16)
        .isGreaterThan(flush);
    assertThat(engine.logWriteBufferBytes()).isLessThanOrEqualTo(diskMib * MIB / 128);
  }

  /** A default that is changed in its record must be changed here too. */
  @Test
  void defaultsNotGoneAbove_areThoseOfTheSettings() throws IOException {
    Map<String, String> defaults = new HashMap<>();
    try (InputStream metadata =
        SmallMemoryDefaults.class.getResourceAsStream(
            "/META-INF/spring-configuration-metadata.json")) {
      for (JsonNode property : new ObjectMapper().readTree(metadata).get("properties")) {
        defaults.put(property.get("name").asString(), property.path("defaultValue").asString());
      }
    }
    assertThat(SmallMemoryDefaults.SETTINGS)
        .allSatisfy(
            setting ->
                assertThat(defaults.get(setting.name()))
                    .as(setting.name())
                    .isEqualTo(setting.defaultBytes() / MIB + "MB"));
  }

  @Test
  void whatSomebodyHasSet_wins() {
    StandardEnvironment environment = new StandardEnvironment();
    environment.getSystemProperties().put("varve.overlay.max-bytes", "7MB");
    try {
      new SmallMemoryDefaults().postProcessEnvironment(environment, new SpringApplication());
      assertThat(environment.getProperty("varve.overlay.max-bytes")).isEqualTo("7MB");
    } finally {
      environment.getSystemProperties().remove("varve.overlay.max-bytes");
    }
  }

  private static <T> T bind(Class<T> type, String prefix, Map<String, Object> values) {
    var source = new MapConfigurationPropertySource(new HashMap<>(values));
    return new Binder(source).bindOrCreate(prefix, Bindable.of(type));
  }
}
