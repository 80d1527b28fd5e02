package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.varve.VarveApplication;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** TLS by bundles of PEM files, as docs/deployment.md has it, on both ports. */
final class TlsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String BUNDLE = "--spring.ssl.bundle.pem.server.";

  @TempDir private Path temp;
  private Path certificate = Path.of("");
  private Path key = Path.of("");

  @BeforeEach
  void paths() throws IOException {
    Path directory = Files.createDirectory(temp.resolve("tls"));
    certificate = directory.resolve("tls.crt");
    key = directory.resolve("tls.key");
  }

  private ConfigurableApplicationContext start(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "--varve.data-dir=" + temp.resolve("data"),
                "--server.port=0",
                "--management.server.port=0",
                "--management.server.address=127.0.0.1",
                BUNDLE + "reload-on-update=true",
                BUNDLE + "keystore.certificate=file:" + certificate,
                BUNDLE + "keystore.private-key=file:" + key,
                "--spring.ssl.bundle.watch.file.quiet-period=200ms",
                "--server.ssl.bundle=server"));
    settings.addAll(List.of(more));
    return SpringApplication.run(VarveApplication.class, settings.toArray(String[]::new));
  }

  private TestCertificate install(String name) throws Exception {
    TestCertificate made = TestCertificate.make(temp, name);
    made.writeKey(key);
    made.writeCertificate(certificate);
    return made;
  }

  private static URI api(ConfigurableApplicationContext service) {
    return at(service, "local.server.port", "/v1/status");
  }

  private static URI actuator(ConfigurableApplicationContext service) {
    return at(service, "local.management.port", "/actuator/health");
  }

  private static URI at(ConfigurableApplicationContext service, String port, String path) {
    String found = Objects.requireNonNull(service.getEnvironment().getProperty(port));
    return URI.create("https://localhost:" + found + path);
  }

  /** By a connection of its own, so that it sees the certificate of this moment. */
  private static HttpResponse<String> get(
      URI uri, TestCertificate server, @Nullable TestCertificate own) throws Exception {
    try (HttpClient client =
        HttpClient.newBuilder().sslContext(TestCertificate.client(server, own)).build()) {
      return client.send(
          HttpRequest.newBuilder(uri).timeout(PATIENCE).build(), BodyHandlers.ofString());
    }
  }

  @Test
  void bothPorts_speakTls() throws Exception {
    TestCertificate server = install("first");
    TestCertificate stranger = TestCertificate.make(temp, "stranger");
    try (var service = start()) {
      for (URI uri : List.of(api(service), actuator(service))) {
        HttpResponse<String> answer = get(uri, server, null);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().allValues("Strict-Transport-Security"))
            .containsExactly("max-age=31536000");
        assertThatThrownBy(() -> get(uri, stranger, null)).isInstanceOf(SSLException.class);
        assertSaysNothingInPlainText(uri.getPort());
      }
    }
  }

  private static void assertSaysNothingInPlainText(int port) throws IOException {
    try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port)) {
      plain.setSoTimeout((int) PATIENCE.toMillis());
      plain
          .getOutputStream()
          .write(
              "GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      String answer =
          new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(answer).doesNotContain("200").doesNotContainIgnoringCase("varve");
    }
  }

  @Test
  void renewedCertificate_isTakenWithoutARestart() throws Exception {
    TestCertificate first = install("first");
    try (var service = start()) {
      assertThat(get(api(service), first, null).statusCode()).isEqualTo(200);
      TestCertificate second = install("second");
      for (URI uri : List.of(api(service), actuator(service))) {
        await()
            .atMost(PATIENCE)
            .ignoreExceptionsInstanceOf(SSLException.class)
            .untilAsserted(() -> assertThat(get(uri, second, null).statusCode()).isEqualTo(200));
        assertThatThrownBy(() -> get(uri, first, null)).isInstanceOf(SSLException.class);
      }
    }
  }

  @Test
  void clientCertificate_isNeededWhereItIsAskedFor() throws Exception {
    TestCertificate server = install("server");
    TestCertificate known = TestCertificate.make(temp, "known");
    TestCertificate stranger = TestCertificate.make(temp, "stranger");
    Path clients = temp.resolve("tls/clients.crt");
    known.writeCertificate(clients);
    try (var service =
        start(BUNDLE + "truststore.certificate=file:" + clients, "--server.ssl.client-auth=need")) {
      for (URI uri : List.of(api(service), actuator(service))) {
        assertThat(get(uri, server, known).statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> get(uri, server, null)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> get(uri, server, stranger)).isInstanceOf(IOException.class);
      }
      // Who is let in can change while it runs, too.
      stranger.writeCertificate(clients);
      await()
          .atMost(PATIENCE)
          .ignoreExceptionsInstanceOf(IOException.class)
          .untilAsserted(
              () -> assertThat(get(api(service), server, stranger).statusCode()).isEqualTo(200));
      assertThatThrownBy(() -> get(api(service), server, known)).isInstanceOf(IOException.class);
    }
  }
}
