package io.varve.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every setting that the chart gives to the service exists, by the metadata of Varve and of Spring
 * Boot, and its value is of the type that it wants. A setting with a wrong name would be silently
 * ignored.
 */
final class ChartSettingsTest {
  private static final String MINIMAL = "ci/minimal-values.yaml";
  private static final String METADATA = "META-INF/spring-configuration-metadata.json";

  /** Read by the start script of the image, not by the service. */
  private static final String JAVA_OPTIONS = "VARVE_JAVA_OPTIONS";

  /** Types of all settings, by their names. */
  private static Map<String, String> known = Map.of();

  @BeforeAll
  static void readMetadata() throws IOException {
    var types = new HashMap<String, String>();
    List<URL> resources =
        Collections.list(ChartSettingsTest.class.getClassLoader().getResources(METADATA));
    for (URL resource : resources) {
      try (var in = resource.openStream()) {
        JsonNode properties = JsonMapper.builder().build().readTree(in).get("properties");
        properties
            .valueStream()
            .filter(property -> property.has("type"))
            .forEach(
                property ->
                    types.put(property.get("name").asString(), property.get("type").asString()));
      }
    }
    known = Map.copyOf(types);
  }

  static List<String> valueFiles() {
    return Chart.valueFiles();
  }

  @ParameterizedTest
  @MethodSource("valueFiles")
  void everySetting_existsAndConverts(String valueFile) {
    Map<String, String> settings = settings(Chart.render(valueFile));
    assertThat(settings).hasSizeGreaterThan(3).allSatisfy(ChartSettingsTest::existsAndConverts);
  }

  private static void existsAndConverts(String name, String value) {
    String type = known.getOrDefault(name, "");
    if (type.isEmpty()) {
      assertThat(isInAMap(name)).as("%s is a setting", name).isTrue();
      return;
    }
    // Lists and other generic types are not checked further.
    if (!type.contains("<")) {
      assertThatCode(() -> convert(value, type)).as(name).doesNotThrowAnyException();
    }
  }

  /** As the names of loggers are, which the metadata cannot list. */
  private static boolean isInAMap(String name) {
    return known.entrySet().stream()
        .filter(setting -> setting.getValue().startsWith("java.util.Map"))
        .anyMatch(setting -> name.startsWith(setting.getKey() + "."));
  }

  private static void convert(String value, String type) throws ClassNotFoundException {
    new Binder(new MapConfigurationPropertySource(Map.of("setting", value)))
        .bind("setting", Class.forName(type));
  }

  @Test
  void unknownSetting_isFound() {
    assertThat(known.size()).isGreaterThan(500);
    assertThatCode(() -> existsAndConverts("varve.flush.intervall", "1s"))
        .isInstanceOf(AssertionError.class);
    assertThatCode(() -> existsAndConverts("varve.flush.interval", "soon"))
        .isInstanceOf(AssertionError.class);
    assertThatCode(() -> existsAndConverts("varve.flush.interval", "1s"))
        .doesNotThrowAnyException();
  }

  /** Each value that has a name in the chart arrives at the setting it is meant for. */
  @ParameterizedTest
  @CsvSource({
    "durability.profile, wal-off, spring.profiles.active",
    "durability.sync, interval, varve.wal.sync",
    "durability.syncInterval, 20ms, varve.wal.sync-interval",
    "flush.interval, 7s, varve.flush.interval",
    "flush.maxBytes, 7MB, varve.flush.max-bytes",
    "flush.minBytes, 7KB, varve.flush.min-bytes",
    "prune.interval, 7m, varve.prune.interval",
    "prune.keepAge, 7h, varve.prune.keep-age",
    "prune.keepVersions, 7, varve.prune.keep-versions",
    "disk.reserve, 7GB, varve.disk.reserve",
    "disk.maxStoreBytes, 70GB, varve.disk.max-store-bytes",
    "checkpoints.interval, 7d, varve.checkpoint.interval",
    "checkpoints.keep, 7, varve.checkpoint.keep",
    "checkpoints.verify, false, varve.checkpoint.verify",
    "tracing.endpoint, http://c:4318/v1/traces, varve.tracing.endpoint",
    "tracing.sampling, 0.5, varve.tracing.sampling"
  })
  void value_arrivesAtItsSetting(String value, String given, String setting) {
    Map<String, String> settings = settings(Chart.render(MINIMAL, Map.of(value, given)));
    assertThat(settings).containsEntry(setting, given);
    assertThat(settings(Chart.render(MINIMAL)).get(setting)).isNotEqualTo(given);
  }

  /** The defaults of the service follow its memory, so the chart must not write them down. */
  @Test
  void emptyValues_areLeftToTheService() {
    assertThat(settings(Chart.render(MINIMAL)))
        .containsOnlyKeys(
            "spring.profiles.active",
            "spring.lifecycle.timeout-per-shutdown-phase",
            "varve.security.mode",
            "varve.wal.sync",
            "varve.checkpoint.verify");
  }

  @Test
  void config_winsOverNamedValues() {
    Map<String, String> settings =
        settings(
            Chart.render(
                MINIMAL, Map.of("flush.interval", "1m", "config.varve.flush.interval", "3s")));
    assertThat(settings).containsEntry("varve.flush.interval", "3s");
  }

  /** Helm reads numbers as floating point; 2e+06 would be no number of commits. */
  @Test
  void largeNumber_staysWhole() {
    assertThat(settings(Chart.render("ci/everything-values.yaml")))
        .containsEntry("varve.flush.max-commits", "2000000");
  }

  @Test
  void tls_bindsToABundle_andLeavesMetricsPlain() {
    Map<String, String> settings = settings(Chart.render("ci/ingress-cert-manager-values.yaml"));
    assertThat(settings)
        .containsEntry("server.ssl.bundle", "server")
        .containsEntry("management.server.ssl.enabled", "false");
    SslProperties ssl =
        new Binder(new MapConfigurationPropertySource(settings))
            .bind(
                "spring.ssl",
                Bindable.of(SslProperties.class),
                new NoUnboundElementsBindHandler(BindHandler.DEFAULT))
            .get();
    assertThat(ssl.getBundle().getPem()).containsOnlyKeys("server");
    assertThat(ssl.getBundle().getPem().get("server"))
        .satisfies(
            bundle -> {
              assertThat(bundle.isReloadOnUpdate()).isTrue();
              assertThat(bundle.getKeystore().getCertificate())
                  .isEqualTo("file:/etc/varve-tls/tls.crt");
              assertThat(bundle.getKeystore().getPrivateKey())
                  .isEqualTo("file:/etc/varve-tls/tls.key");
            });
  }

  @Test
  void security_isSaidToTheService() {
    assertThat(settings(Chart.render(MINIMAL)))
        .containsEntry("varve.security.mode", "token")
        .doesNotContainKey("varve.security.allow-anonymous");
    assertThat(settings(Chart.render("values-development.yaml")))
        .containsEntry("varve.security.mode", "none")
        .containsEntry("varve.security.allow-anonymous", "true");
  }

  @Test
  void tokens_areSaidToTheService() {
    Node security = Chart.render("ci/everything-values.yaml").settings().at("varve", "security");
    assertThat(security.at("tokens").value())
        .isEqualTo(
            Map.of(
                "app",
                Map.of(
                    "roles", List.of("writer", "metrics"),
                    "prefixes", List.of("users/", "b64:AAE"),
                    "write-prefixes", List.of("users/"),
                    "expires-at", "2027-01-31T00:00:00Z"),
                "backup",
                Map.of("sha256", "0123456789abcdef".repeat(4), "roles", List.of("admin"))));
  }

  @Test
  void jwt_isSaidToTheService() {
    Node security = Chart.render("ci/jwt-values.yaml").settings().at("varve", "security");
    assertThat(security.at("jwt").value())
        .isEqualTo(
            Map.ofEntries(
                Map.entry("issuer-uri", "https://login.example.com:8443/realms/store"),
                Map.entry("audiences", List.of("varve")),
                Map.entry("algorithms", List.of("ES256")),
                Map.entry("principal-claim", "client_id"),
                Map.entry("roles-claim", "realm_access.roles"),
                Map.entry("roles-prefix", "varve-"),
                Map.entry("prefixes-claim", "store_prefixes"),
                Map.entry("write-prefixes-claim", "store_write_prefixes"),
                Map.entry("prefixes-required", false),
                Map.entry("clock-skew", "10s")));
    Map<String, String> keys =
        Map.of(
            "security.mode", "jwt",
            "security.jwt.audiences[0]", "varve");
    assertThat(jwt(keys, "security.jwt.jwkSetUri", "https://login.example.com/keys"))
        .isEqualTo(
            Map.of(
                "jwk-set-uri",
                "https://login.example.com/keys",
                "audiences",
                List.of("varve"),
                "prefixes-required",
                true));
    assertThat(jwt(keys, "security.jwt.publicKeyLocation", "/etc/key.pem"))
        .isEqualTo(
            Map.of(
                "public-key-location",
                "/etc/key.pem",
                "audiences",
                List.of("varve"),
                "prefixes-required",
                true));
  }

  private static @Nullable Object jwt(Map<String, String> values, String name, String value) {
    Map<String, String> all = new HashMap<>(values);
    all.put(name, value);
    return Chart.render(MINIMAL, all).settings().at("varve", "security", "jwt").value();
  }

  @Test
  void jsonLogs_areAProfile() {
    assertThat(settings(Chart.render(MINIMAL, Map.of("logFormat", "json"))))
        .containsEntry("spring.profiles.active", "wal-on,json-logs");
  }

  @ParameterizedTest
  @MethodSource("valueFiles")
  void everyVariable_isASetting(String valueFile) {
    assertThat(Chart.render(valueFile).container().at("env").items())
        .extracting(env -> env.at("name").text())
        .filteredOn(name -> !name.equals(JAVA_OPTIONS))
        .allSatisfy(
            name ->
                assertThat(known.keySet().stream().map(ChartSettingsTest::variable))
                    .as("settings by the variable %s", name)
                    .filteredOn(name::equals)
                    .isNotEmpty());
  }

  /** As Spring Boot makes the name of a variable of that of a setting. */
  private static String variable(String setting) {
    return setting.replace("-", "").replace('.', '_').toUpperCase(Locale.ROOT);
  }

  private static Map<String, String> settings(Rendered rendered) {
    var settings = new TreeMap<String, String>();
    flatten("", rendered.settings(), settings);
    return settings;
  }

  private static void flatten(String prefix, Node node, Map<String, String> settings) {
    node.fields()
        .forEach(
            (name, field) -> {
              String full = prefix.isEmpty() ? name : prefix + "." + name;
              if (field.fields().isEmpty()) {
                settings.put(full, field.text());
              } else {
                flatten(full, field, settings);
              }
            });
  }
}
