package io.varve.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.varve.VarveApplication;
import io.varve.web.Api;
import io.varve.web.Api.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

/** A server that takes the tokens of an issuer, and what it does not take. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(OutputCaptureExtension.class)
final class JwtIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Path temp = Path.of("");
  private TestIssuer issuer;
  private ConfigurableApplicationContext server;
  private Api api = new Api(0);

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    temp = directory;
    issuer = TestIssuer.start();
    issuer.addKey(TestIssuer.ecKey("curve"));
    server = start("main", "--varve.security.jwt.issuer-uri=" + issuer.uri());
    api = api(server);
  }

  @AfterAll
  void stop() {
    server.close();
    issuer.close();
  }

  private ConfigurableApplicationContext start(String name, String... settings) {
    return SpringApplication.run(
        VarveApplication.class,
        Stream.concat(
                Stream.of(
                    "--varve.data-dir=" + temp.resolve(name),
                    "--server.port=0",
                    "--varve.security.mode=jwt",
                    "--varve.security.jwt.audiences=" + TestIssuer.AUDIENCE),
                Arrays.stream(settings))
            .toArray(String[]::new));
  }

  private static Api api(ConfigurableApplicationContext server) {
    return new Api(
        Integer.parseInt(
            Objects.requireNonNull(server.getEnvironment().getProperty("local.server.port"))));
  }

  private static int get(Api api, String path, String token) {
    return api.get(path, "Authorization", "Bearer " + token).status();
  }

  private Answer put(String key, String token) {
    return api.put("/v1/kv/" + key, "v", "Authorization", "Bearer " + token);
  }

  /** Says all that a reader of every key below "a/" needs. */
  private JWTClaimsSet.Builder reader() {
    return issuer
        .claims("reader")
        .claim("roles", List.of("reader"))
        .claim("varve_prefixes", List.of("a/"));
  }

  private static Date in(Duration time) {
    return Date.from(Instant.now().plus(time));
  }

  @Test
  void goodToken_opens() {
    assertThat(get(api, "/v1/kv/a/none", issuer.sign(reader().build()))).isEqualTo(404);
    assertThat(get(api, "/v1/kv/a/none", "")).isEqualTo(401);
    assertThat(get(api, "/livez", "")).isEqualTo(200);
  }

  @Test
  void clocks_mayDifferALittle() {
    Duration little = Duration.ofSeconds(30);
    JWTClaimsSet claims =
        reader()
            .issueTime(in(little.multipliedBy(-4)))
            .notBeforeTime(in(little))
            .expirationTime(in(little.negated()))
            .build();
    assertThat(get(api, "/v1/kv/a/none", issuer.sign(claims))).isEqualTo(404);
  }

  @Test
  void otherKindsOfKeysAndTypes_open() throws Exception {
    ECKey curve = TestIssuer.ecKey("another-curve");
    issuer.addKey(curve);
    awaitOpen(TestIssuer.sign(reader().build(), curve, JWSAlgorithm.ES256));
    JWSHeader access =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .type(new JOSEObjectType("at+jwt"))
            .keyID("one")
            .build();
    assertThat(get(api, "/v1/kv/a/none", TestIssuer.sign(reader().build(), issuer.key(), access)))
        .isEqualTo(404);
  }

  /** Each with one thing wrong. */
  private Map<String, String> badTokens() throws Exception {
    RSAKey key = issuer.key();
    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("expired", issuer.sign(reader().expirationTime(in(Duration.ofMinutes(-2))).build()));
    bad.put("not yet", issuer.sign(reader().notBeforeTime(in(Duration.ofMinutes(2))).build()));
    bad.put("endless", issuer.sign(reader().expirationTime(null).build()));
    bad.put("issuer", issuer.sign(reader().issuer(issuer.uri() + "/").build()));
    bad.put("no issuer", issuer.sign(reader().issuer(null).build()));
    bad.put("audience", issuer.sign(reader().audience("somebody-else").build()));
    bad.put("no audience", issuer.sign(reader().audience((String) null).build()));
    bad.put("no subject", issuer.sign(reader().subject(null).build()));
    bad.put("subject of two lines", issuer.sign(reader().subject("reader\nadmin").build()));
    bad.put("prefixes", issuer.sign(reader().claim("varve_prefixes", 7).build()));
    bad.put("blank prefix", issuer.sign(reader().claim("varve_prefixes", List.of("")).build()));
    bad.put("roles", issuer.sign(reader().claim("roles", Map.of("reader", true)).build()));
    bad.put("none", new PlainJWT(reader().build()).serialize());
    bad.put("secret", signedWithThePublicKey(key));
    bad.put("weak", TestIssuer.sign(reader().build(), key, JWSAlgorithm.RS512));
    bad.put(
        "other key",
        TestIssuer.sign(reader().build(), TestIssuer.rsaKey("one"), JWSAlgorithm.RS256));
    bad.put("own key", signedWithItsOwnKey());
    bad.put("tampered", tampered(issuer.sign(reader().build())));
    bad.put("other type", TestIssuer.sign(reader().build(), key, typed("dpop+jwt")));
    bad.put("unsigned", issuer.sign(reader().build()).replaceFirst("[^.]+$", ""));
    bad.put("no token", "abc.def.ghi");
    bad.put("dots", "...");
    return bad;
  }

  private static JWSHeader typed(String type) {
    return new JWSHeader.Builder(JWSAlgorithm.RS256)
        .type(new JOSEObjectType(type))
        .keyID("one")
        .build();
  }

  private String signedWithThePublicKey(RSAKey key) throws Exception {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(), reader().build());
    token.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
    return token.serialize();
  }

  private String signedWithItsOwnKey() {
    RSAKey own = TestIssuer.rsaKey("one");
    return TestIssuer.sign(
        reader().build(),
        own,
        new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").jwk(own.toPublicJWK()).build());
  }

  private static String tampered(String token) {
    String[] parts = token.split("\\.", -1);
    String payload =
        new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
            .replace("reader", "writer");
    parts[1] =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(payload.getBytes(StandardCharsets.UTF_8));
    return String.join(".", parts);
  }

  @Test
  void badTokens_openNothing_andAreNotLogged(CapturedOutput output) throws Exception {
    for (Map.Entry<String, String> bad : badTokens().entrySet()) {
      Answer answer = api.get("/v1/kv/a/none", "Authorization", "Bearer " + bad.getValue());
      assertThat(answer.status()).as(bad.getKey()).isEqualTo(401);
      assertThat(answer.body()).as(bad.getKey()).contains("UNAUTHENTICATED");
      assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
      String signature = bad.getValue().substring(bad.getValue().lastIndexOf('.') + 1);
      if (signature.length() > 3) {
        assertThat(output.getAll()).doesNotContain(signature);
      }
    }
  }

  @Test
  void claims_limitWhatMayBeDone() {
    String reader = issuer.sign(reader().build());
    String writer =
        issuer.sign(
            issuer
                .claims("writer")
                .claim("roles", "writer unknown-role")
                .claim("varve_prefixes", List.of("a/", "b64:AP8"))
                .claim("varve_write_prefixes", "a/w/")
                .build());
    assertThat(put("a/w/1", writer).status()).isIn(200, 201);
    assertThat(put("a/1", writer).status()).isEqualTo(403);
    assertThat(get(api, "/v1/kv/a/none", writer)).isEqualTo(404);
    assertThat(get(api, "/v1/kv/b/none", writer)).isEqualTo(403);
    assertThat(get(api, "/v1/kv/a/w/1", reader)).isEqualTo(200);
    assertThat(put("a/w/1", reader).status()).isEqualTo(403);
    assertThat(get(api, "/v1/entries?prefix=a/", reader)).isEqualTo(200);
    assertThat(get(api, "/v1/entries", reader)).isEqualTo(403);
    assertThat(get(api, "/v1/status", reader)).isEqualTo(403);
    String admin = issuer.sign(issuer.claims("admin").claim("roles", List.of("admin")).build());
    assertThat(get(api, "/v1/status", admin)).isEqualTo(200);
    assertThat(get(api, "/v1/kv/a/w/1", admin)).isEqualTo(403);
  }

  @Test
  void missingClaims_giveNothing() {
    String noRoles = issuer.sign(reader().claim("roles", null).build());
    assertThat(get(api, "/v1/kv/a/none", noRoles)).isEqualTo(403);
    String noPrefixes = issuer.sign(reader().claim("varve_prefixes", null).build());
    assertThat(get(api, "/v1/kv/a/none", noPrefixes)).isEqualTo(403);
  }

  @Test
  void newKey_isFetched_andUnknownOnesAreNotForEver() {
    RSAKey next = TestIssuer.rsaKey("next");
    String token = TestIssuer.sign(reader().build(), next, JWSAlgorithm.RS256);
    int before = issuer.fetches();
    for (int i = 0; i < 50; i++) {
      assertThat(get(api, "/v1/kv/a/none", token)).isEqualTo(401);
    }
    // Three in ten seconds, and the requests take less than another ten of them.
    assertThat(issuer.fetches() - before).isLessThanOrEqualTo(6);
    issuer.addKey(next);
    awaitOpen(token);
    assertThat(get(api, "/v1/kv/a/none", issuer.sign(reader().build()))).isEqualTo(404);
  }

  private void awaitOpen(String token) {
    await().atMost(PATIENCE).until(() -> get(api, "/v1/kv/a/none", token) == 404);
  }

  @Test
  void issuerThatIsDown_isNoFaultOfTheToken() throws Exception {
    try (TestIssuer late = TestIssuer.start()) {
      late.fail();
      try (var other = start("late", "--varve.security.jwt.issuer-uri=" + late.uri())) {
        String token =
            late.sign(
                late.claims("x").claim("roles", "reader").claim("varve_prefixes", "a/").build());
        Answer answer = api(other).get("/v1/kv/a/none", "Authorization", "Bearer " + token);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).contains("STORE_UNAVAILABLE", "\"retryable\":true");
        assertThat(get(api(other), "/livez", "")).isEqualTo(200);
        late.recover();
        await().atMost(PATIENCE).until(() -> get(api(other), "/v1/kv/a/none", token) == 404);
        late.fail();
        assertThat(get(api(other), "/v1/kv/a/none", token)).as("keys are kept").isEqualTo(404);
      }
    }
  }

  @Test
  void keyInAFile_isEnough() throws Exception {
    RSAKey key = TestIssuer.rsaKey("any-name");
    Path file = temp.resolve("issuer.pem");
    Files.writeString(
        file,
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(key.toRSAPublicKey().getEncoded())
            + "\n-----END PUBLIC KEY-----\n");
    try (var other =
        start(
            "file",
            "--varve.security.jwt.issuer-uri=" + issuer.uri(),
            "--varve.security.jwt.public-key-location=" + file,
            "--varve.security.jwt.roles-claim=realm.roles",
            "--varve.security.jwt.roles-prefix=varve-",
            "--varve.security.jwt.prefixes-required=false")) {
      JWTClaimsSet claims =
          issuer
              .claims("reader")
              .claim("realm", Map.of("roles", List.of("admin", "varve-reader")))
              .build();
      String token = TestIssuer.sign(claims, key, JWSAlgorithm.RS256);
      assertThat(get(api(other), "/v1/kv/any/key", token)).isEqualTo(404);
      assertThat(get(api(other), "/v1/status", token)).as("not of this service").isEqualTo(403);
      assertThat(get(api(other), "/v1/kv/any/key", issuer.sign(claims))).isEqualTo(401);
      assertThat(get(api(other), "/v1/kv/any/key", signedWithThePublicKey(key))).isEqualTo(401);
    }
  }
}
