package io.varve.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate that nobody knows, which asks for one of the client. */
final class TlsTest {
  private static final RetryPolicy POLICY =
      new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(20));

  @TempDir private static Path directory;
  private static TestIdentity server;
  private static TestIdentity user;
  private static TestIdentity stranger;

  private final ManualSurroundings time = new ManualSurroundings();

  @BeforeAll
  static void makeIdentities() throws Exception {
    server = TestIdentity.make(directory, "server");
    user = TestIdentity.make(directory, "user");
    stranger = TestIdentity.make(directory, "stranger");
  }

  private VarveClient client(ScriptedServer scripted, SSLContext context) {
    return VarveClient.builder(scripted.uri())
        .sslContext(context)
        .retry(POLICY)
        .build(time.surroundings());
  }

  @Test
  void certificate_isShownAndTrusted() throws Exception {
    try (var scripted = ScriptedServer.ofTls(server.trusting(user));
        var client = client(scripted, user.trusting(server))) {
      scripted.raw("text/plain", "v");
      assertThat(client.get("k").orElseThrow().text()).isEqualTo("v");
    }
  }

  /** As the guide has it. */
  @Test
  void context_isMadeOfFiles() throws Exception {
    File authorityFile = server.writeCertificate(directory.resolve("ca.crt")).toFile();
    File userFile = directory.resolve("user.p12").toFile();
    char[] password = TestIdentity.PASSWORD.toCharArray();
    try (var scripted = ScriptedServer.ofTls(server.trusting(user))) {
      scripted.raw("text/plain", "v");
      URI uri = scripted.uri();
      KeyStore authorities = KeyStore.getInstance("PKCS12");
      authorities.load(null, null);
      try (InputStream pem = new FileInputStream(authorityFile)) {
        authorities.setCertificateEntry(
            "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(authorities);

      KeyManagerFactory own =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      own.init(KeyStore.getInstance(userFile, password), password);

      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
      try (var varve = VarveClient.builder(uri).sslContext(context).build()) {
        assertThat(varve.get("k").orElseThrow().text()).isEqualTo("v");
      }
    }
  }

  /** Certainly not done, so not unknown; and not tried again, since that would change nothing. */
  @Test
  void server_thatIsNotTrusted_isToldNothing() throws Exception {
    try (var scripted = ScriptedServer.ofTls(server.trusting(user));
        var client = client(scripted, user.trusting(user))) {
      VarveException failure =
          catchThrowableOfType(VarveException.class, () -> client.put("k", "v"));
      assertThat(failure).isNotInstanceOf(UnknownOutcomeException.class);
      assertThat(failure.code()).isEqualTo("TLS_FAILED");
      assertThat(failure.retryable()).isFalse();
      assertThat(time.pausesMs()).isEmpty();
      assertThat(scripted.requests()).isEmpty();
    }
  }

  @Test
  void serverOfAnUnknownAuthority_isNotTrustedOfItself() throws Exception {
    try (var scripted = ScriptedServer.ofTls(server.trusting(server));
        var client = VarveClient.connect(scripted.uri())) {
      assertThatThrownBy(() -> client.get("k"))
          .isInstanceOfSatisfying(
              VarveException.class, failure -> assertThat(failure.code()).isEqualTo("TLS_FAILED"));
      assertThat(scripted.requests()).isEmpty();
    }
  }

  /** When the server refuses, the request may be on its way already; it is read by nobody. */
  @Test
  void client_thatIsNotTrusted_isRefused() throws Exception {
    try (var scripted = ScriptedServer.ofTls(server.trusting(user));
        var client = client(scripted, stranger.trusting(server))) {
      assertThatThrownBy(() -> client.get("k")).isInstanceOf(VarveException.class);
      assertThat(scripted.requests()).isEmpty();
    }
  }

  @Test
  void context_withoutTls_isRefused() throws Exception {
    SSLContext context = SSLContext.getDefault();
    VarveClient.Builder builder = VarveClient.builder(URI.create("http://localhost:8080"));
    assertThatThrownBy(() -> builder.sslContext(context))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sslContext needs a baseUri of https: http://localhost:8080");
  }
}
