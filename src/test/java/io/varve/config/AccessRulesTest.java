package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Which settings of access a start accepts, what it refuses, and what it says. */
@ExtendWith(OutputCaptureExtension.class)
final class AccessRulesTest {
  private static final String HASH =
      "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";
  private static final String LOOPBACK = "server.address=127.0.0.1";
  private static final String ALL = "server.address=0.0.0.0";
  private static final String TOKEN_MODE = "varve.security.mode=token";
  private static final String TOKEN = "varve.security.tokens.app.sha256=" + HASH;

  private static void run(Consumer<AssertableApplicationContext> test, String... settings) {
    new ApplicationContextRunner()
        .withUserConfiguration(AccessConfiguration.class, Servers.class)
        .withBean(InstantSource.class, InstantSource::system)
        .withPropertyValues(settings)
        .run(test::accept);
  }

  private static void assertAccepted(String... settings) {
    run(
        context -> {
          assertThat(context).hasNotFailed();
          context.getBean(AccessRules.class).check();
        },
        settings);
  }

  private static void assertRefused(String reason, String... settings) {
    run(context -> assertThat(refusal(context)).hasMessageContaining(reason), settings);
  }

  /** What a start would end with, when the context is made or when the rules are checked. */
  private static AccessException refusal(AssertableApplicationContext context) {
    Throwable failure = context.getStartupFailure();
    if (failure == null) {
      try {
        context.getBean(AccessRules.class).check();
      } catch (AccessException e) {
        return e;
      }
      throw new AssertionError("accepted");
    }
    while (!(failure instanceof AccessException)) {
      failure = Objects.requireNonNull(failure.getCause(), "another failure");
    }
    return (AccessException) failure;
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "localhost", "::1", "::ffff:127.0.0.1"})
  void loopback_isOpenAndSaysSo(String address, CapturedOutput output) {
    assertAccepted("server.address=" + address);
    assertThat(output).contains("INFO").contains("Access: open to everybody on this machine");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::", "192.0.2.1", "10.0.0.1", "fe80::1"})
  void anotherAddress_isRefusedWithoutTokens(String address) {
    assertRefused("which is not loopback", "server.address=" + address);
  }

  @Test
  void noAddress_isEveryAddress() {
    assertRefused("server.address is not set, which means all addresses of the machine");
    assertRefused("server.address is not set", "server.address=");
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 'management.server.address is 0.0.0.0, which is not loopback'",
    "'', 'management.server.address is not set, which means all addresses'"
  })
  void managementServer_isJudgedToo(String address, String reason) {
    assertRefused(
        reason, LOOPBACK, "management.server.port=0", "management.server.address=" + address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"8080", "-1"})
  void managementServer_thatIsNoServerOfItsOwn_isNotJudged(String port) {
    assertAccepted(LOOPBACK, "management.server.port=" + port);
  }

  @Test
  void managementServerOnLoopback_isFine() {
    assertAccepted(LOOPBACK, "management.server.port=0", "management.server.address=::1");
  }

  @Test
  void allowAnonymous_warns(CapturedOutput output) {
    assertAccepted(ALL, "varve.security.allow-anonymous=true");
    assertThat(output)
        .contains("WARN")
        .contains("Access: open to EVERYBODY who can reach [server.address]");
  }

  @Test
  void refusal_tellsEveryWayOut() {
    run(
        context -> {
          var analysis =
              new AccessFailureAnalyzer().analyze(new IllegalStateException(), refusal(context));
          assertThat(analysis.getDescription())
              .isEqualTo(
                  "varve.security.mode is none, and server.address is 0.0.0.0, which is not"
                      + " loopback: everybody who can reach it could read, change and delete all"
                      + " data.");
          assertThat(analysis.getAction())
              .contains("varve.security.mode (VARVE_SECURITY_MODE) to token")
              .contains("server.address to 127.0.0.1")
              .contains("varve.security.allow-anonymous (VARVE_SECURITY_ALLOWANONYMOUS) to true");
        },
        ALL);
  }

  @Test
  void tokens_openEveryAddress(CapturedOutput output) {
    assertAccepted(ALL, TOKEN_MODE, TOKEN, "varve.security.tokens.Backup-2.sha256=" + HASH);
    assertThat(output)
        .contains("INFO")
        .contains("Access: requests need a token; known are [Backup-2, app].")
        .contains("The network sees tokens in plain text")
        .doesNotContain(HASH);
  }

  @Test
  void tokens_onLoopbackOrWithTls_arePlainToNobody(CapturedOutput output) {
    assertAccepted(LOOPBACK, TOKEN_MODE, TOKEN);
    assertAccepted(ALL, TOKEN_MODE, TOKEN, "server.ssl.bundle=server");
    assertThat(output).contains("Access: requests need a token").doesNotContain("plain text");
  }

  @Test
  void managementServer_hasTheTlsOfTheOtherUnlessItSaysNo(CapturedOutput output) {
    String[] settings = {
      ALL,
      TOKEN_MODE,
      TOKEN,
      "server.ssl.bundle=server",
      "management.server.port=0",
      "management.server.address=0.0.0.0",
      "management.server.ssl.enabled=false"
    };
    assertAccepted(Arrays.copyOf(settings, settings.length - 1));
    assertThat(output).contains("Access: requests need a token").doesNotContain("plain text");
    assertAccepted(settings);
    assertThat(output).contains("The network sees tokens in plain text");
  }

  @Test
  void tokenMode_needsAToken() {
    assertRefused("but there is no token, so nobody could use the service", LOOPBACK, TOKEN_MODE);
  }

  @Test
  void tokensWithoutTheirMode_areRefused() {
    assertRefused("varve.security.mode is none: nobody would be asked for one", LOOPBACK, TOKEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "the-token-itself",
        "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d",
        "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8  -",
        "ge884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"
      })
  void hashThatIsNone_isRefusedAndNotPrinted(String hash, CapturedOutput output) {
    run(
        context -> {
          AccessException refusal = refusal(context);
          assertThat(refusal)
              .hasMessage(
                  "The setting varve.security.tokens.app.sha256 is not a SHA-256, which has 64 hex"
                      + " digits.");
          assertThat(refusal.action()).contains("sha256sum");
          if (!hash.isEmpty()) {
            assertThat(stackTrace(refusal)).doesNotContain(hash);
          }
        },
        LOOPBACK,
        TOKEN_MODE,
        "varve.security.tokens.app.sha256=" + hash);
    assertThat(output).doesNotContain("the-token-itself");
  }

  @Test
  void hashOfNothing_isRefused() {
    assertRefused(
        "is the SHA-256 of nothing",
        LOOPBACK,
        TOKEN_MODE,
        "varve.security.tokens.app.sha256="
            + "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "varve.security.roles",
        "varve.security.mod",
        "varve.security.tokens",
        "varve.security.tokens.app",
        "varve.security.tokens.app.roles",
        "varve.security.tokens.app.roles[0]",
        "varve.security.tokens.app.prefixes",
        "varve.security.tokens.my.app.sha256",
        "varve.security.jwt.issuer-uri"
      })
  void unknownKey_isRefusedAndItsValueIsNotPrinted(String key) {
    run(
        context -> {
          AccessException refusal = refusal(context);
          assertThat(refusal).hasMessageContaining("The setting " + key + " is not known.");
          assertThat(stackTrace(refusal)).doesNotContain("the-token-itself");
        },
        LOOPBACK,
        TOKEN_MODE,
        TOKEN,
        key + "=the-token-itself");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "VARVE_SECURITY_ROLES",
        "VARVE_SECURITY_TOKENS_APP_ROLES",
        "VARVE_SECURITY_TOKENS_APP",
        "VARVE_SECURITY_TOKENS_MY_APP_SHA256"
      })
  void unknownVariable_isRefused(String variable) {
    runWithEnvironment(
        Map.of(variable, "reader"),
        context -> assertThat(refusal(context)).hasMessageContaining("is not known"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"VARVE_SECURITY_ALLOWANONYMOUS", "VARVE_SECURITY_ALLOW_ANONYMOUS"})
  void variables_work(String allowAnonymous) {
    runWithEnvironment(
        Map.of(allowAnonymous, "true", "SERVER_ADDRESS", "0.0.0.0"),
        context -> context.getBean(AccessRules.class).check());
    runWithEnvironment(
        Map.of(
            "VARVE_SECURITY_MODE",
            "token",
            "VARVE_SECURITY_TOKENS_APP_SHA256",
            HASH,
            "SERVER_ADDRESS",
            "0.0.0.0"),
        context -> {
          AccessRules rules = context.getBean(AccessRules.class);
          rules.check();
          assertThat(rules.security().tokens()).containsOnlyKeys("app");
        });
  }

  @Test
  void modeThatIsNone_isRefused() {
    run(context -> assertThat(context).hasFailed(), LOOPBACK, "varve.security.mode=jwt");
  }

  private static void runWithEnvironment(
      Map<String, String> variables, Consumer<AssertableApplicationContext> test) {
    new ApplicationContextRunner()
        .withUserConfiguration(AccessConfiguration.class, Servers.class)
        .withBean(InstantSource.class, InstantSource::system)
        .withInitializer(
            context ->
                context
                    .getEnvironment()
                    .getPropertySources()
                    .addFirst(
                        new SystemEnvironmentPropertySource(
                            "test-systemEnvironment", new HashMap<>(variables))))
        .run(test::accept);
  }

  private static String stackTrace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** The settings of the servers, without a server. */
  @EnableConfigurationProperties(ServerProperties.class)
  private static final class Servers {}
}
