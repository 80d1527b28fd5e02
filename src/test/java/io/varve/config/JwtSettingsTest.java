package io.varve.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/** Which settings of mode "jwt" are taken, and which refused. */
final class JwtSettingsTest {
  private static final String ISSUER = "issuer-uri=https://issuer.example.com/realm";
  private static final String AUDIENCE = "audiences=varve";

  @TempDir private Path temp;

  private static JwtSettings settings(String... lines) {
    Map<String, String> values = new HashMap<>();
    Arrays.stream(lines)
        .map(line -> line.split("=", 2))
        .forEach(setting -> values.put(JwtSettings.PREFIX + "." + setting[0], setting[1]));
    return new Binder(new MapConfigurationPropertySource(values))
        .bind(JwtSettings.PREFIX, JwtSettings.class)
        .get();
  }

  private static void assertRefused(String reason, String... lines) {
    assertThat(catchThrowableOfType(AccessException.class, settings(lines)::check))
        .hasMessageContaining(reason);
  }

  @Test
  void issuerAndAudience_areEnough() {
    JwtSettings settings = settings(ISSUER, AUDIENCE);
    settings.check();
    assertThat(settings.describe()).isEqualTo("https://issuer.example.com/realm");
    assertThat(settings.algorithms()).containsExactly("RS256", "ES256");
    assertThat(settings.clockSkew()).hasSeconds(60);
    assertThat(settings.prefixesRequired()).isTrue();
    assertThatCode(() -> settings.callers(InstantSource.system()))
        .as("asks nobody yet")
        .doesNotThrowAnyException();
  }

  @Test
  void keysOfNobody_areRefused() {
    assertRefused("nothing tells whose tokens are meant", AUDIENCE);
    assertRefused(
        "Both varve.security.jwt.jwk-set-uri and public-key-location are set",
        "jwk-set-uri=https://issuer.example.com/keys",
        "public-key-location=/nowhere",
        AUDIENCE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "issuer",
        "issuer.example.com",
        "ftp://issuer.example.com",
        "https:///realm",
        "file:/a",
        "https://user@issuer.example.com",
        "https://issuer.example.com/#a",
        "https://a b"
      })
  void addressThatIsNone_isRefused(String address) {
    assertRefused("issuer-uri is not the address of a server", "issuer-uri=" + address, AUDIENCE);
    assertRefused(
        "jwk-set-uri is not the address of a server", ISSUER, "jwk-set-uri=" + address, AUDIENCE);
  }

  @Test
  void tokensForAnybody_areRefused() {
    assertRefused("audiences names nobody", ISSUER);
    assertRefused("audiences names nobody", ISSUER, "audiences=");
    assertRefused("audiences names nobody", ISSUER, "audiences[0]=varve", "audiences[1]= ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "none", "NONE", "HS256", "RS256,HS512", "EdDSA", "ES256K", "rs256"})
  void algorithmThatProvesNothing_isRefused(String algorithms) {
    assertRefused(
        "algorithms names one that is not known", ISSUER, AUDIENCE, "algorithms=" + algorithms);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"principal-claim=", "roles-claim= ", "prefixes-claim=", "write-prefixes-claim="})
  void blankClaim_isRefused(String setting) {
    assertRefused("is blank", ISSUER, AUDIENCE, setting);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1s", "601s"})
  void clockThatIsFarOff_isRefused(String skew) {
    assertRefused("clock-skew is not between", ISSUER, AUDIENCE, "clock-skew=" + skew);
  }

  @ParameterizedTest
  @CsvSource({
    "https://issuer.example.com, false",
    "http://issuer.example.com, true",
    "http://10.0.0.1:8080, true",
    "http://127.0.0.1:8080, false",
    "http://localhost, false",
    "http://[::1]:8080/realm, false",
    "http://127.0.0.1.example.com, true"
  })
  void keysInPlainText_areTold(String issuer, boolean isPlain) {
    assertThat(settings("issuer-uri=" + issuer, AUDIENCE).hasKeysInPlainText()).isEqualTo(isPlain);
  }

  @Test
  void keyInAFile_isRead() throws Exception {
    RSAKey key = new RSAKeyGenerator(2048).generate();
    settings("public-key-location=" + pem(key.toRSAPublicKey().getEncoded()), AUDIENCE).check();
    settings("public-key-location=file:" + pem(key.toRSAPublicKey().getEncoded()), AUDIENCE)
        .check();
  }

  @Test
  void fileWithoutAKey_isRefused() throws Exception {
    assertRefused("cannot be read", "public-key-location=" + temp.resolve("none"), AUDIENCE);
    assertRefused(
        "has no public key", "public-key-location=" + pem(new byte[] {1, 2, 3}), AUDIENCE);
    RSAKey key = new RSAKeyGenerator(1024, true).generate();
    assertRefused(
        "is too short", "public-key-location=" + pem(key.toRSAPublicKey().getEncoded()), AUDIENCE);
    Path secret =
        Files.writeString(
            temp.resolve("secret"),
            "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
    assertRefused("has no public key", "public-key-location=" + secret, AUDIENCE);
  }

  private Path pem(byte[] key) throws Exception {
    return Files.writeString(
        temp.resolve("key.pem"),
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(key)
            + "\n-----END PUBLIC KEY-----\n");
  }
}
