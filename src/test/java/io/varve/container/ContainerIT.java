package io.varve.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import io.varve.dashboard.PrometheusProcess;
import io.varve.web.Api;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import tools.jackson.databind.JsonNode;

/** The image does what it is for, and is what it should be. */
@ContainerTest
final class ContainerIT {
  private static final Logger log = LoggerFactory.getLogger(ContainerIT.class);
  private static final long MAX_COMPRESSED_BYTES = 250_000_000;
  private static final String TOKEN = "0f5e3c7a9b1d2e4f6a8c";
  private static final String SMOKE_TEST = "smoke-test http://127.0.0.1:8080 2>&1";
  private static final Path ALERTS = Path.of("docs", "alerts", "varve-alerts.yml");

  private final DataVolume volume = DataVolume.create();

  @AfterEach
  void removeVolume() {
    volume.close();
  }

  @Test
  void image_isSmallAndTellsWhatItIs() throws IOException {
    InspectImageResponse image =
        DockerClientFactory.lazyClient().inspectImageCmd(VarveImage.name()).exec();
    ContainerConfig config = image.getConfig();
    assertThat(config).isNotNull();
    assertThat(config.getUser()).isEqualTo("10001:10001");
    assertThat(config.getLabels())
        .containsEntry("org.opencontainers.image.title", "Varve")
        .containsEntry("org.opencontainers.image.licenses", "Apache-2.0");
    assertThat(config.getHealthcheck()).isNotNull();
    long compressed = compressedBytes();
    log.info(
        "Image: {} MB compressed, its base included; {} MB on disk.",
        compressed / 1_000_000,
        Objects.requireNonNull(image.getSize()) / 1_000_000);
    assertThat(compressed).isLessThan(MAX_COMPRESSED_BYTES);
  }

  private static long compressedBytes() throws IOException {
    CountingStream counted = new CountingStream();
    try (InputStream saved =
            DockerClientFactory.lazyClient().saveImageCmd(VarveImage.name()).exec();
        OutputStream compressed = new GZIPOutputStream(counted)) {
      saved.transferTo(compressed);
    }
    return counted.bytes;
  }

  private static final class CountingStream extends OutputStream {
    private long bytes;

    @Override
    public void write(int value) {
      bytes++;
    }

    @Override
    public void write(byte[] source, int from, int length) {
      bytes += length;
    }
  }

  @Test
  void hardenedContainer_serves() throws Exception {
    try (VarveContainer varve = VarveContainer.start(volume)) {
      Duration start = Duration.between(varve.startedAt(), Instant.now());
      log.info("Ready {} ms after the container began.", start.toMillis());
      assertThat(varve.run("sh", "-c", SMOKE_TEST)).endsWith("All is right.\n");
      assertThat(varve.run("healthcheck")).isEmpty();
      assertThat(varve.run("id", "-u")).isEqualTo("10001\n");
      assertThat(varve.run("sh", "-c", "touch /opt/varve/x 2>&1 || true"))
          .contains("Read-only file system");
      assertThat(varve.run("cat", "/proc/1/cmdline")).startsWith("java");
      assertThat(varve.run("curl", "-s", "http://127.0.0.1:8080/actuator/info"))
          .contains("\"allocator\":\"jemalloc\"");
      assertThat(varve.run("cat", "/proc/1/maps"))
          .contains("/opt/varve/native/librocksdbjni.so")
          .contains("/opt/varve/varve.aot");
      assertThat(varve.run("cat", "/opt/varve/sbom/varve.cdx.json"))
          .contains("\"CycloneDX\"", "pkg:maven/org.rocksdb/rocksdbjni@");
      assertThat(varve.log()).doesNotContain("WARNING", " ERROR ");
    }
  }

  @Test
  void metrics_reachAPrometheus(@TempDir Path temp) throws Exception {
    try (VarveContainer varve = VarveContainer.start(volume);
        PrometheusProcess prometheus =
            PrometheusProcess.start(temp, varve.uri().getPort(), ALERTS)) {
      Api api = varve.api();
      for (int i = 0; i < 100; i++) {
        assertThat(api.put("/v1/kv/seen/" + i, "v").status()).isEqualTo(201);
      }
      await()
          .atMost(VarveContainer.PATIENCE)
          .untilAsserted(
              () -> {
                var samples = prometheus.query("varve_txn_completed_total{outcome=\"committed\"}");
                assertThat(samples).hasSize(1);
                assertThat(samples.getFirst().value()).isEqualTo(100);
              });
      assertThat(prometheus.value("varve_memory_budget_bytes{part=\"heap\"}"))
          .isLessThan(VarveContainer.MEMORY_BYTES / 2.0);
    }
  }

  @Test
  void stop_writesEverythingOutAndExitsWithZero() {
    try (VarveContainer varve = VarveContainer.start(volume, "--varve.flush.interval=1h")) {
      assertThat(varve.api().put("/v1/kv/kept", "by a clean stop").status()).isEqualTo(201);
      Instant asked = Instant.now();
      assertThat(varve.stop()).isZero();
      log.info("Stopped after {} ms.", Duration.between(asked, Instant.now()).toMillis());
      assertThat(varve.state().getOOMKilled()).isFalse();
    }
    try (VarveContainer varve = VarveContainer.start(volume)) {
      assertThat(varve.api().get("/v1/kv/kept").body()).isEqualTo("by a clean stop");
      JsonNode status = varve.api().get("/v1/status").json();
      assertThat(status.get("revision").asLong()).isEqualTo(1);
      assertThat(status.get("flushedRevision").asLong()).isEqualTo(1);
    }
  }

  @Test
  void secondContainerOnTheVolume_refuses() {
    try (VarveContainer first = VarveContainer.start(volume);
        VarveContainer second = VarveContainer.launch(volume)) {
      assertThat(second.awaitExit()).isEqualTo(1);
      assertThat(second.log())
          .contains("The store in /var/lib/varve/db is open in another process. Stop that one")
          .doesNotContain("\tat ");
      assertThat(first.api().put("/v1/kv/still", "served").status()).isEqualTo(201);
    }
  }

  @Test
  void containerThatNobodyIsNamedFor_refuses() {
    try (VarveContainer varve =
        VarveContainer.launch(volume, "--varve.security.allow-anonymous=false")) {
      assertThat(varve.awaitExit()).isEqualTo(1);
      assertThat(varve.log())
          .contains("everybody who can reach it could read, change and delete all data")
          .contains("VARVE_SECURITY_MODE")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void containerWithTokens_asksForOne() throws Exception {
    String hash = HexFormat.of().formatHex(sha256(TOKEN));
    try (VarveContainer varve =
        VarveContainer.start(
            volume,
            "--varve.security.mode=token",
            "--varve.security.tokens.app.sha256=" + hash,
            "--varve.security.tokens.app.roles=reader,writer,admin")) {
      assertThat(varve.api().get("/v1/status").status()).isEqualTo(401);
      assertThat(varve.run("healthcheck")).as("health is open").isEmpty();
      assertThat(varve.run("sh", "-c", SMOKE_TEST + " || true")).contains("401");
      assertThat(varve.run("sh", "-c", "VARVE_TOKEN=" + TOKEN + " " + SMOKE_TEST))
          .endsWith("All is right.\n");
      assertThat(varve.log()).doesNotContain(TOKEN);
    }
  }

  private static byte[] sha256(String text) throws NoSuchAlgorithmException {
    return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
  }
}
