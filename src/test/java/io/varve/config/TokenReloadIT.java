package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.VarveApplication;
import io.varve.web.Api;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** Tokens that come and go in the files of the settings while the service runs. */
@ExtendWith(OutputCaptureExtension.class)
final class TokenReloadIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path temp;

  private ConfigurableApplicationContext start(String... settings) {
    return SpringApplication.run(
        VarveApplication.class,
        Stream.concat(
                Stream.of(
                    "--varve.data-dir=" + temp.resolve("data"),
                    "--server.port=0",
                    "--varve.security.mode=token",
                    "--varve.security.reload-interval=50ms"),
                Arrays.stream(settings))
            .toArray(String[]::new));
  }

  private static Api api(ConfigurableApplicationContext server) {
    return new Api(
        Integer.parseInt(
            Objects.requireNonNull(server.getEnvironment().getProperty("local.server.port"))));
  }

  private static int status(Api api, String token) {
    return api.get("/v1/status", "Authorization", "Bearer " + token).status();
  }

  private static void awaitStatus(Api api, String token, int status) {
    await().atMost(PATIENCE).until(() -> status(api, token) == status);
  }

  /** Everybody who is known is an administrator. */
  private static String yaml(String... tokens) throws NoSuchAlgorithmException {
    StringBuilder text = new StringBuilder("varve:\n  security:\n    tokens:\n");
    for (String token : tokens) {
      text.append("      ").append(token).append(":\n        sha256: ").append(sha256(token));
      text.append("\n        roles: [admin]\n");
    }
    return text.toString();
  }

  private static String sha256(String text) throws NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static void replace(Path file, String text) throws IOException {
    Path next = Files.writeString(file.resolveSibling("next"), text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static double failures(Api api, String token) {
    return api.get(
            "/actuator/metrics/varve.security.reload.failures", "Authorization", "Bearer " + token)
        .json()
        .get("measurements")
        .get(0)
        .get("value")
        .asDouble();
  }

  @Test
  void file_isReadAgain(CapturedOutput output) throws Exception {
    Path file = temp.resolve("tokens.yml");
    replace(file, yaml("one"));
    try (var server = start("--spring.config.import=" + file)) {
      Api api = api(server);
      assertThat(status(api, "one")).isEqualTo(200);
      assertThat(status(api, "two")).isEqualTo(401);
      replace(file, yaml("one", "two"));
      awaitStatus(api, "two", 200);
      replace(file, yaml("two"));
      awaitStatus(api, "one", 401);
      assertThat(failures(api, "two")).isZero();

      String broken = "varve:\n  security:\n    tokens:\n  secret-text: [\n";
      for (String mistake :
          new String[] {yaml("two", "one").replace("sha256", "sha265"), broken, "varve: {}\n"}) {
        double before = failures(api, "two");
        replace(file, mistake);
        await().atMost(PATIENCE).until(() -> failures(api, "two") > before + 1);
        assertThat(status(api, "one")).isEqualTo(401);
      }
      replace(file, yaml("three"));
      awaitStatus(api, "three", 200);
      assertThat(status(api, "two")).isEqualTo(401);
    }
    assertThat(output.getAll())
        .containsOnlyOnce("varve.security.tokens.two.sha265 is not known")
        .containsOnlyOnce("They cannot be read")
        .containsOnlyOnce("No token is left.")
        .contains("the settings of tokens are right again")
        .doesNotContain("secret-text", sha256("one"));
  }

  /** As a volume has it: a link is turned to another directory. */
  @Test
  void secretOfKubernetes_isReadAgain() throws Exception {
    Path secret = Files.createDirectories(temp.resolve("secret"));
    turn(secret, "first", "one");
    for (String name : new String[] {"sha256", "roles"}) {
      Files.createSymbolicLink(
          secret.resolve("varve.security.tokens.app." + name),
          Path.of("..data/varve.security.tokens.app." + name));
    }
    try (var server = start("--spring.config.import=configtree:" + secret + "/")) {
      Api api = api(server);
      assertThat(status(api, "one")).isEqualTo(200);
      turn(secret, "second", "two");
      awaitStatus(api, "two", 200);
      assertThat(status(api, "one")).isEqualTo(401);
    }
  }

  private static void turn(Path secret, String version, String token) throws Exception {
    Path directory = Files.createDirectories(secret.resolve(".." + version));
    Files.writeString(directory.resolve("varve.security.tokens.app.sha256"), sha256(token) + "\n");
    Files.writeString(directory.resolve("varve.security.tokens.app.roles"), "admin");
    Path link = Files.createSymbolicLink(secret.resolve("..tmp"), Path.of(".." + version));
    Files.move(link, secret.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
  }
}
