package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
  private static final InstantSource NOW =
      InstantSource.fixed(Instant.parse("2026-11-28T12:00:00Z"));
  private static final String HASH =
      "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";
  private static final String OTHER_HASH =
      "2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b";
  private static final String LOOPBACK = "server.address=127.0.0.1";
  private static final String ALL = "server.address=0.0.0.0";
  private static final String TOKEN_MODE = "varve.security.mode=token";
  private static final String TOKEN = "varve.security.tokens.app.sha256=" + HASH;
  private static final String ROLES = "varve.security.tokens.app.roles=reader";

  private static void run(Consumer<AssertableApplicationContext> test, String... settings) {
    new ApplicationContextRunner()
        .withUserConfiguration(AccessConfiguration.class, Servers.class)
        .withBean(InstantSource.class, () -> NOW)
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
    assertAccepted(
        ALL,
        TOKEN_MODE,
        TOKEN,
        "varve.security.tokens.app.roles=writer,reader",
        "varve.security.tokens.app.prefixes=users/",
        "varve.security.tokens.Backup-2.sha256=" + OTHER_HASH,
        "varve.security.tokens.Backup-2.roles[0]=admin");
    assertThat(output)
        .contains("INFO")
        .contains(
            "Access: requests need a token; known are Backup-2 (admin), app (reader, writer; some"
                + " keys).")
        .contains("The network sees tokens in plain text")
        .doesNotContain(HASH, OTHER_HASH, "have expired");
  }

  @Test
  void expiredToken_warns(CapturedOutput output) {
    assertAccepted(
        LOOPBACK,
        TOKEN_MODE,
        TOKEN,
        ROLES,
        "varve.security.tokens.app.expires-at=2026-01-01T00:00:00Z",
        "varve.security.tokens.next.sha256=" + OTHER_HASH,
        "varve.security.tokens.next.roles=reader",
        "varve.security.tokens.next.expires-at=2999-01-01T00:00:00Z");
    assertThat(output).contains("WARN").contains("[app] have expired and open nothing");
  }

  @Test
  void tokenUnderTwoNames_isRefused() {
    assertRefused(
        "has the same token under the names app and same",
        LOOPBACK,
        TOKEN_MODE,
        TOKEN,
        ROLES,
        "varve.security.tokens.same.sha256=" + HASH.toUpperCase(Locale.ROOT),
        "varve.security.tokens.same.roles=reader");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[a b]", "[-]", "[line\nbreak]"})
  void nameThatIsNone_isRefused(String name) {
    assertRefused(
        "is a name that is none",
        LOOPBACK,
        TOKEN_MODE,
        "varve.security.tokens." + name + ".sha256=" + HASH,
        "varve.security.tokens." + name + ".roles=reader");
  }

  @Test
  void tokens_onLoopbackOrWithTls_arePlainToNobody(CapturedOutput output) {
    assertAccepted(LOOPBACK, TOKEN_MODE, TOKEN, ROLES);
    assertAccepted(ALL, TOKEN_MODE, TOKEN, ROLES, "server.ssl.bundle=server");
    assertThat(output).contains("Access: requests need a token").doesNotContain("plain text");
  }

  @Test
  void managementServer_hasTheTlsOfTheOtherUnlessItSaysNo(CapturedOutput output) {
    String[] settings = {
      ALL,
      TOKEN_MODE,
      TOKEN,
      ROLES,
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
    assertRefused(
        "varve.security.mode is none: nobody would be asked for one", LOOPBACK, TOKEN, ROLES);
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
        "varve.security.tokens.app.role",
        "varve.security.tokens.app.sha256.first",
        "varve.security.tokens.app.prefixes.users",
        "varve.security.tokens.app.prefixes[0][0]",
        "varve.security.tokens.app.write.prefixes",
        "varve.security.tokens.app.expires.at",
        "varve.security.tokens.my.app.sha256",
        "varve.security.jwt",
        "varve.security.jwt.issuer"
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
        ROLES,
        key + "=the-token-itself");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "VARVE_SECURITY_ROLES",
        "VARVE_SECURITY_TOKENS_APP_ROLE",
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
  }

  @ParameterizedTest
  @CsvSource({"_WRITEPREFIXES, _EXPIRESAT", "_WRITE_PREFIXES_0, _EXPIRES_AT"})
  void variablesOfTokens_work(String writePrefixes, String expiresAt) {
    String token = "VARVE_SECURITY_TOKENS_APP";
    runWithEnvironment(
        Map.of(
            "VARVE_SECURITY_MODE",
            "token",
            "VARVE_SECURITY_RELOAD_INTERVAL",
            "1s",
            token + "_SHA256",
            HASH,
            token + "_ROLES",
            "reader, writer",
            token + "_PREFIXES_0",
            "users/",
            token + "_PREFIXES_1",
            "b64:AAE",
            token + writePrefixes,
            "users/42/",
            token + expiresAt,
            "2999-01-01T00:00:00Z"),
        context -> {
          AccessRules rules = context.getBean(AccessRules.class);
          rules.check();
          assertThat(rules.security().reloadInterval()).hasSeconds(1);
          assertThat(rules.security().tokens())
              .containsExactly(
                  Map.entry(
                      "app",
                      new TokenSettings(
                          List.of(HASH),
                          List.of("reader", "writer"),
                          List.of("users/", "b64:AAE"),
                          List.of("users/42/"),
                          "2999-01-01T00:00:00Z")));
        });
  }

  @Test
  void jwt_saysWhoseTokens(CapturedOutput output) {
    String[] settings = {
      ALL,
      "varve.security.mode=jwt",
      "varve.security.jwt.issuer-uri=http://issuer.example.com",
      "varve.security.jwt.audiences=varve,store"
    };
    assertAccepted(settings);
    assertThat(output)
        .contains(
            "Access: requests need a JSON Web Token of http://issuer.example.com for [varve,"
                + " store].")
        .contains("The network sees tokens in plain text")
        .contains("the keys of the issuer come over plain HTTP")
        .doesNotContain("of whatever issuer");
    settings[2] = "varve.security.jwt.jwk-set-uri=https://issuer.example.com/keys";
    assertAccepted(settings);
    assertThat(output).contains("of whatever issuer");
  }

  @Test
  void settingsOfAnotherMode_areRefused() {
    String issuer = "varve.security.jwt.issuer-uri=https://issuer.example.com";
    assertRefused("varve.security.mode is none: nothing would read them", LOOPBACK, issuer);
    assertRefused("mode is token: nothing would", LOOPBACK, TOKEN_MODE, TOKEN, ROLES, issuer);
    String mode = "varve.security.mode=jwt";
    assertRefused("mode is jwt: nobody would be asked", LOOPBACK, mode, issuer, TOKEN, ROLES);
    assertRefused("nothing tells whose tokens are meant", LOOPBACK, mode);
    assertRefused("audiences names nobody", LOOPBACK, mode, issuer);
  }

  @Test
  void variablesOfJwt_work() {
    runWithEnvironment(
        Map.of(
            "VARVE_SECURITY_MODE", "jwt",
            "VARVE_SECURITY_JWT_ISSUERURI", "https://issuer.example.com",
            "VARVE_SECURITY_JWT_AUDIENCES", "varve",
            "VARVE_SECURITY_JWT_PREFIXES_REQUIRED", "false"),
        context -> {
          AccessRules rules = context.getBean(AccessRules.class);
          rules.check();
          assertThat(rules.jwt().prefixesRequired()).isFalse();
        });
  }

  @Test
  void modeThatIsNone_isRefused() {
    run(context -> assertThat(context).hasFailed(), LOOPBACK, "varve.security.mode=password");
  }

  private static void runWithEnvironment(
      Map<String, String> variables, Consumer<AssertableApplicationContext> test) {
    new ApplicationContextRunner()
        .withUserConfiguration(AccessConfiguration.class, Servers.class)
        .withBean(InstantSource.class, () -> NOW)
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
