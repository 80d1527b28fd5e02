package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.varve.VarveApplication;
import io.varve.web.Api;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** A start that would open the service to everybody ends before the store is touched. */
@ExtendWith(OutputCaptureExtension.class)
final class AccessStartIT {
  /** Of the token "password". */
  private static final String HASH =
      "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";

  @TempDir private Path temp;

  private ConfigurableApplicationContext start(String... settings) {
    return SpringApplication.run(
        VarveApplication.class,
        Stream.concat(
                Stream.of("--varve.data-dir=" + temp.resolve("data"), "--server.port=0"),
                Stream.of(settings))
            .toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--server.address=0.0.0.0 | server.address is 0.0.0.0, which is not loopback",
        "--server.address= | server.address is not set, which means all addresses",
        "--management.server.port=0 | management.server.address is not set, which means all",
        "--varve.security.mode=token | but there is no token",
        "--varve.security.tokens.app=the-token | varve.security.tokens.app is not known",
        "--varve.security.tokens.app.roles=the-token | varve.security.tokens.app.sha256 is not a",
        "--varve.security.tokens.app.prefix=the-token | varve.security.tokens.app.prefix is not"
      })
  void unsafeStart_isRefusedBeforeTheStoreIsTouched(
      String setting, String reason, CapturedOutput output) {
    Throwable failure = catchThrowable(() -> start(setting).close());
    assertThat(failure).isNotNull();
    assertThat(output.getAll())
        .contains("APPLICATION FAILED TO START")
        .contains(reason)
        .contains("Action:")
        .doesNotContain("Tomcat started")
        .doesNotContain("the-token")
        .as("a stack trace helps nobody here")
        .doesNotContain("\tat io.varve");
    assertThat(temp.resolve("data")).doesNotExist();
  }

  @Test
  void secretOfKubernetes_isRead(CapturedOutput output) throws IOException {
    // As a volume has it: keys are links into a directory that is replaced as a whole.
    Path secret = Files.createDirectories(temp.resolve("secret/..data"));
    Files.writeString(secret.resolve("varve.security.tokens.app.sha256"), HASH + "\n");
    Files.createSymbolicLink(
        temp.resolve("secret/varve.security.tokens.app.sha256"),
        Path.of("..data/varve.security.tokens.app.sha256"));
    Files.writeString(temp.resolve("secret/varve.security.tokens.app.roles"), "reader,admin\n");
    try (var context =
        start(
            "--varve.security.mode=token",
            "--spring.config.import=configtree:" + temp.resolve("secret") + "/")) {
      Api api =
          new Api(
              Integer.parseInt(
                  Objects.requireNonNull(
                      context.getEnvironment().getProperty("local.server.port"))));
      assertThat(api.get("/v1/status").status()).isEqualTo(401);
      assertThat(api.get("/v1/status", "Authorization", "Bearer password").status()).isEqualTo(200);
    }
    assertThat(output.getAll())
        .contains("Access: requests need a token; known are app (reader, admin).");
  }
}
