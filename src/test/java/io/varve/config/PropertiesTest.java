package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.jobs.AlarmSettings;
import io.varve.jobs.JobIntervals;
import io.varve.model.Durability;
import io.varve.model.HoldLimits;
import io.varve.model.Retention;
import io.varve.mvcc.LogRetention;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.OutcomeLimits;
import io.varve.mvcc.OverlayLimits;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.txn.AdaptiveBatchSettings;
import io.varve.txn.Isolation;
import io.varve.txn.RegistrySettings;
import io.varve.txn.StoreSessions.ReopenSettings;
import io.varve.txn.TransactionLimits;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionSettings;
import io.varve.web.ConcurrencySettings;
import io.varve.web.EdgeSettings;
import io.varve.web.PoolSettings;
import io.varve.web.WebLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.commons.util.ExceptionUtils;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

/** Every setting reaches the layer that it is for, and the defaults are those of that layer. */
final class PropertiesTest {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  private final StoreConfiguration beans = new StoreConfiguration();
  private final WebConfiguration webBeans = new WebConfiguration();
  private final JobsConfiguration jobBeans = new JobsConfiguration();

  private static <T> T bind(Class<T> type, String prefix, String... namesAndValues) {
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    var source = new MapConfigurationPropertySource(values);
    return new Binder(source).bindOrCreate(prefix, Bindable.of(type));
  }

  private MvccSettings mvcc(String... set) {
    return beans.mvccSettings(
        bind(StoreProperties.class, "varve", set),
        bind(FlushProperties.class, "varve.flush", set),
        bind(PruneProperties.class, "varve.prune", set),
        bind(LogProperties.class, "varve.log", set),
        bind(DiskProperties.class, "varve.disk", set),
        bind(OutcomeProperties.class, "varve.outcomes", set),
        bind(HoldProperties.class, "varve.holds", set));
  }

  private TransactionSettings transactions(String... set) {
    return beans.transactionSettings(
        bind(TransactionProperties.class, "varve.transaction", set),
        bind(LimitsProperties.class, "varve.limits", set),
        bind(BatchProperties.class, "varve.batch", set).toSettings(),
        bind(StoreProperties.class, "varve", set));
  }

  private WebLimits web(String... set) {
    return webBeans.webLimits(
        bind(LimitsProperties.class, "varve.limits", set),
        bind(PageProperties.class, "varve.page", set),
        bind(TransactionProperties.class, "varve.transaction", set),
        bind(OutcomeProperties.class, "varve.outcomes", set));
  }

  private JobIntervals intervals(String... set) {
    return jobBeans.jobIntervals(
        bind(FlushProperties.class, "varve.flush", set),
        bind(PruneProperties.class, "varve.prune", set),
        bind(TransactionProperties.class, "varve.transaction", set),
        bind(DiskProperties.class, "varve.disk", set));
  }

  private AlarmSettings alarms(String... set) {
    return bind(StallProperties.class, "varve.stall", set)
        .toSettings(bind(DiskProperties.class, "varve.disk", set));
  }

  private RocksDbSettings engine(String... set) {
    return beans.rocksDbSettings(
        bind(StoreProperties.class, "varve", set),
        bind(RocksDbProperties.class, "varve.rocksdb", set));
  }

  @Test
  void defaults_areThoseOfTheLayers() {
    Path directory = Path.of("data");
    LogRetention onALargeDisk = new LogRetention(Duration.ofHours(1), 1L << 30);
    assertThat(mvcc().with(onALargeDisk)).isEqualTo(MvccSettings.defaults(directory));
    assertThat(engine()).isEqualTo(RocksDbSettings.defaults(directory.resolve("db")));
    assertThat(transactions()).isEqualTo(TransactionSettings.DEFAULTS);
    assertThat(beans.transactionOptions(bind(TransactionProperties.class, "varve.transaction")))
        .isEqualTo(TransactionOptions.DEFAULTS);
    assertThat(web())
        .isEqualTo(
            new WebLimits(
                24 << 20,
                16 << 20,
                4 << 20,
                10_000,
                1_000,
                Duration.ofMinutes(1),
                16,
                Runtime.getRuntime().maxMemory() / 4,
                Duration.ofHours(24),
                new ConcurrencySettings(256, 1024, 16, 64, 4, 1024, Duration.ofSeconds(1)),
                new PoolSettings(PROCESSORS, Math.max(2, PROCESSORS), 4, 1024)));
    assertThat(intervals())
        .isEqualTo(
            new JobIntervals(
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(1),
                Duration.ofMillis(500)));
    assertThat(alarms()).isEqualTo(new AlarmSettings(1L << 30, 0, 64, 256, 16L << 30, 64L << 30));
    assertThat(bind(ReopenProperties.class, "varve.reopen").toSettings())
        .isEqualTo(ReopenSettings.DEFAULTS);
    FlushProperties flush = bind(FlushProperties.class, "varve.flush");
    assertThat(flush.minBytes().toMegabytes()).isEqualTo(4);
    assertThat(flush.onStart()).isFalse();
    assertThat(bind(PruneProperties.class, "varve.prune").budget()).hasSeconds(5);
    assertThat(bind(PageProperties.class, "varve.page").maxLeases()).isEqualTo(10_000);
  }

  @Test
  void store_reachesTheStore() {
    assertThat(
            mvcc(
                "varve.data-dir", "/somewhere",
                "varve.wal.sync", "interval",
                "varve.flush.max-bytes", "2MB",
                "varve.flush.max-commits", "3",
                "varve.overlay.max-bytes", "4MB",
                "varve.cache.max-bytes", "5MB",
                "varve.prune.keep-versions", "6",
                "varve.prune.keep-age", "7s",
                "varve.log.keep-age", "8s",
                "varve.log.keep-bytes", "9MB",
                "varve.recovery.accept-data-loss", "true",
                "varve.outcomes.max-count", "11",
                "varve.outcomes.max-bytes", "12B",
                "varve.holds.max", "13",
                "varve.holds.max-ttl", "14s",
                "varve.revision-block", "10"))
        .isEqualTo(
            new MvccSettings(
                Path.of("/somewhere"),
                Durability.SYNC_ON_INTERVAL,
                new OverlayLimits(2 << 20, 3, 4 << 20),
                5 << 20,
                new Retention(6, Duration.ofSeconds(7)),
                new LogRetention(Duration.ofSeconds(8), 9 << 20),
                true,
                new OutcomeLimits(11, 12),
                new HoldLimits(13, Duration.ofSeconds(14)),
                10));
  }

  /** The log must not be what fills a small disk, or a small quota. */
  @ParameterizedTest
  @CsvSource({
    "1000GB,  0B, 1024MB",
    "  10GB,  0B, 1024MB",
    "   5GB,  0B,  512MB",
    "1000GB, 4GB, 1024MB",
    "1000GB, 2GB,  512MB",
    "   1GB, 2GB,  102MB"
  })
  void log_followsDiskAndQuota(String disk, String quota, String expected) {
    long diskBytes = DataSize.parse(disk).toBytes();
    long quotaBytes = DataSize.parse(quota).toBytes();
    assertThat(
            bind(LogProperties.class, "varve.log").toSettings(diskBytes, quotaBytes).keepBytes()
                >> 20)
        .isEqualTo(DataSize.parse(expected).toMegabytes());
    assertThat(
            bind(LogProperties.class, "varve.log", "varve.log.keep-bytes", "3GB")
                .toSettings(diskBytes, quotaBytes)
                .keepBytes())
        .as("what is set stays")
        .isEqualTo(3L << 30);
  }

  @ParameterizedTest
  @CsvSource({
    "true, commit, SYNC_ON_COMMIT",
    "true, interval, SYNC_ON_INTERVAL",
    "false, commit, FLUSH_ONLY",
    "false, interval, FLUSH_ONLY"
  })
  void wal_decidesDurability(String enabled, String sync, Durability expected) {
    assertThat(mvcc("varve.wal.enabled", enabled, "varve.wal.sync", sync).durability())
        .isEqualTo(expected);
  }

  @Test
  void rocksdb_reachesTheEngine() {
    assertThat(
            engine(
                "varve.data-dir", "/somewhere",
                "varve.rocksdb.block-cache", "1MB",
                "varve.rocksdb.log-write-buffer", "2MB",
                "varve.rocksdb.meta-write-buffer", "3MB",
                "varve.rocksdb.max-background-jobs", "4",
                "varve.rocksdb.sst-target-size", "5MB"))
        .isEqualTo(
            RocksDbSettings.defaults(Path.of("/somewhere/db"))
                .withBlockCacheBytes(1 << 20)
                .withWriteBufferBytes(2 << 20, 3 << 20)
                .withMaxBackgroundJobs(4)
                .withSstTargetBytes(5 << 20));
  }

  @Test
  void transaction_reachesTheManager() {
    String[] set = {
      "varve.limits.key-bytes", "1B",
      "varve.limits.value-bytes", "2B",
      "varve.transaction.max-operations", "3",
      "varve.transaction.max-bytes", "4B",
      "varve.transaction.max-active", "5",
      "varve.transaction.max-attempts", "6",
      "varve.wal.sync-interval", "7ms",
      "varve.transaction.stall-timeout", "8ms",
      "varve.transaction.commit-timeout", "9ms",
      "varve.transaction.default-isolation", "snapshot",
      "varve.transaction.timeout", "10ms",
      "varve.transaction.max-timeout", "11ms",
      "varve.transaction.max-open-bytes", "12B",
      "varve.transaction.max-ended", "13"
    };
    assertThat(transactions(set))
        .isEqualTo(
            new TransactionSettings(
                new TransactionLimits(1, 2, 3, 4, 5),
                6,
                Duration.ofMillis(7),
                Duration.ofMillis(8),
                Duration.ofMillis(9),
                AdaptiveBatchSettings.DEFAULTS));
    assertThat(
            beans.transactionOptions(bind(TransactionProperties.class, "varve.transaction", set)))
        .isEqualTo(new TransactionOptions(Isolation.SNAPSHOT, Duration.ofMillis(10), null, null));
    assertThat(
            bind(TransactionProperties.class, "varve.transaction", set)
                .toRegistrySettings(Duration.ofMinutes(14)))
        .isEqualTo(
            new RegistrySettings(
                Duration.ofMillis(11), 12, Duration.ofMinutes(14), 13, Duration.ofMillis(9)));
  }

  @Test
  void limits_reachTheWeb() {
    assertThat(
            web(
                "varve.limits.request-bytes", "1B",
                "varve.limits.result-bytes", "2B",
                "varve.limits.page-bytes", "3B",
                "varve.limits.page-entries", "5",
                "varve.limits.page-entries-default", "4",
                "varve.page.lease", "6s",
                "varve.transaction.max-attempts", "7",
                "varve.limits.bytes-in-flight", "8B",
                "varve.outcomes.keep-requests", "9s",
                "varve.limits.concurrency.reads", "10",
                "varve.limits.concurrency.writes", "11",
                "varve.limits.concurrency.scans", "12",
                "varve.limits.concurrency.streams", "13",
                "varve.limits.concurrency.bulk-loads", "14",
                "varve.limits.concurrency.waiting", "15",
                "varve.limits.concurrency.max-wait", "16s",
                "varve.limits.threads.work", "17",
                "varve.limits.threads.writes", "18",
                "varve.limits.threads.jobs", "19"))
        .isEqualTo(
            new WebLimits(
                1,
                2,
                3,
                5,
                4,
                Duration.ofSeconds(6),
                7,
                8,
                Duration.ofSeconds(9),
                new ConcurrencySettings(10, 11, 12, 13, 14, 15, Duration.ofSeconds(16)),
                new PoolSettings(17, 18, 19, 15)));
  }

  @Test
  void edge_knowsWhatIsAskedOfARequest() {
    assertThat(edge()).isEqualTo(new EdgeSettings(true, Duration.ofSeconds(30)));
    assertThat(
            edge(
                "varve.limits.request-body-timeout", "1s",
                "varve.security.allow-anonymous", "true"))
        .isEqualTo(new EdgeSettings(false, Duration.ofSeconds(1)));
    assertThat(edge("varve.security.mode", "token").loopbackOnly()).isFalse();
  }

  private EdgeSettings edge(String... set) {
    return webBeans.edgeSettings(
        new AccessRules(
            bind(SecurityProperties.class, "varve.security", set),
            TokenTable.of(Map.of(), 1),
            List.of(),
            InstantSource.system()),
        bind(LimitsProperties.class, "varve.limits", set));
  }

  @Test
  void intervals_reachTheJobs() {
    assertThat(
            intervals(
                "varve.flush.interval", "1s",
                "varve.prune.interval", "2s",
                "varve.transaction.expire-interval", "3s",
                "varve.disk.check-interval", "4s"))
        .isEqualTo(
            new JobIntervals(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(4)));
  }

  @Test
  void thresholds_reachTheWatch() {
    assertThat(
            alarms(
                "varve.disk.reserve", "1MB",
                "varve.disk.max-store-bytes", "2MB",
                "varve.stall.level0-slow", "3",
                "varve.stall.level0-stop", "4",
                "varve.stall.compaction-slow", "5B",
                "varve.stall.compaction-stop", "6B"))
        .isEqualTo(new AlarmSettings(1 << 20, 2 << 20, 3, 4, 5, 6));
  }

  @Test
  void thresholds_inTheWrongOrder_areRefused() {
    assertThatThrownBy(() -> alarms("varve.stall.level0-slow", "256"))
        .hasMessageContaining("varve.stall.level0-stop");
    assertThatThrownBy(() -> alarms("varve.stall.compaction-slow", "64GB"))
        .hasMessageContaining("varve.stall.compaction-stop");
    assertThatThrownBy(
            () ->
                bind(ReopenProperties.class, "varve.reopen", "varve.reopen.first-pause", "2m")
                    .toSettings())
        .hasMessageContaining("varve.reopen.longest-pause");
  }

  @Test
  void batch_comesFromTheEnvironment() {
    Map<String, Object> environment = new HashMap<>();
    environment.put("VARVE_BATCH_MIN_CHUNK", "1");
    environment.put("VARVE_BATCH_MAX_CHUNK", "2");
    environment.put("VARVE_BATCH_INITIAL_MIN", "3");
    environment.put("VARVE_BATCH_INITIAL_MAX", "4");
    environment.put("VARVE_BATCH_MAX_BYTES", "5B");
    environment.put("VARVE_BATCH_TARGET_RSD", "0.06");
    environment.put("VARVE_BATCH_ADJUST_UP", "0.07");
    environment.put("VARVE_BATCH_ADJUST_DOWN", "0.08");
    environment.put("VARVE_BATCH_WINDOW", "9");
    MutablePropertySources sources = new MutablePropertySources();
    sources.addFirst(new SystemEnvironmentPropertySource("systemEnvironment", environment));
    BatchProperties batch =
        new Binder(ConfigurationPropertySources.from(sources))
            .bindOrCreate("varve.batch", Bindable.of(BatchProperties.class));
    assertThat(batch.toSettings())
        .isEqualTo(new AdaptiveBatchSettings(1, 2, 3, 4, 5, 0.06, 0.07, 0.08, 9));
  }

  @Test
  void profiles_setWhatTheyPromise() {
    new ApplicationContextRunner()
        .withInitializer(new ConfigDataApplicationContextInitializer())
        .run(
            context -> {
              assertThat(context.getEnvironment().getDefaultProfiles()).containsExactly("wal-on");
              assertThat(context.getEnvironment().getProperty("varve.wal.enabled"))
                  .isEqualTo("true");
              assertThat(context.getEnvironment().getProperty("varve.wal.sync"))
                  .isEqualTo("commit");
            });
    new ApplicationContextRunner()
        .withPropertyValues("spring.profiles.active=wal-off")
        .withInitializer(new ConfigDataApplicationContextInitializer())
        .run(
            context -> {
              assertThat(context.getEnvironment().getProperty("varve.wal.enabled"))
                  .isEqualTo("false");
              assertThat(context.getEnvironment().getProperty("varve.flush.interval"))
                  .isEqualTo("10s");
              assertThat(context.getEnvironment().getProperty("varve.flush.min-bytes"))
                  .isEqualTo("0B");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "varve.flush.interval=0s",
        "varve.flush.max-commits=0",
        "varve.prune.keep-versions=0",
        "varve.prune.keep-age=-1s",
        "varve.log.keep-age=-1s",
        "varve.batch.min-chunk=0",
        "varve.batch.window=1",
        "varve.batch.adjust-down=1",
        "varve.transaction.default-isolation=READ_ONLY",
        "varve.transaction.timeout=0s",
        "varve.transaction.max-attempts=0",
        "varve.limits.page-entries=0",
        "varve.limits.request-body-timeout=0s",
        "varve.page.lease=0s",
        "varve.holds.max=0",
        "varve.holds.max-ttl=0s",
        "varve.holds.max-ttl=3651d",
        "varve.wal.sync=sometimes",
        "varve.wal.sync-interval=0s",
        "varve.revision-block=0",
        "varve.rocksdb.max-background-jobs=0",
        "varve.flush.max-bytes=much",
        "varve.flush.max-bytes=0B",
        "varve.flush.min-bytes=-1B",
        "varve.limits.page-bytes=0B",
        "varve.rocksdb.log-write-buffer=1KB"
      })
  void badValue_isRefused(String property) {
    new ApplicationContextRunner()
        .withUserConfiguration(PropertiesOnly.class)
        .withPropertyValues(property)
        .run(
            context -> {
              assertThat(context).hasFailed();
              Throwable failure = Objects.requireNonNull(context.getStartupFailure());
              String name =
                  property.substring(property.lastIndexOf('.') + 1, property.indexOf('='));
              assertThat(plain(ExceptionUtils.readStackTrace(failure))).contains(plain(name));
            });
  }

  /** Without what differs between the name of a setting and that of its field. */
  private static String plain(String name) {
    return name.replace("-", "").toLowerCase(Locale.ROOT);
  }

  @Test
  void goodValues_areAccepted() {
    new ApplicationContextRunner()
        .withUserConfiguration(PropertiesOnly.class)
        .run(context -> assertThat(context).hasNotFailed());
  }

  @EnableConfigurationProperties({
    StoreProperties.class,
    RocksDbProperties.class,
    FlushProperties.class,
    PruneProperties.class,
    LogProperties.class,
    BatchProperties.class,
    TransactionProperties.class,
    PageProperties.class,
    LimitsProperties.class,
    OutcomeProperties.class,
    HoldProperties.class
  })
  private static final class PropertiesOnly {}
}
