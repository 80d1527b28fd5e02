package io.varve;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.config.SecurityProperties;
import io.varve.config.TokenSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.io.ByteArrayResource;

/** What the command that makes a token prints. */
final class NewTokenTest {
  private static final Pattern TOKEN = Pattern.compile("(?m)^varve_[A-Za-z0-9_-]{43}$");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return NewToken.run(
        List.of(arguments),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String token() {
    Matcher token = TOKEN.matcher(printed());
    assertThat(token.find()).isTrue();
    return token.group();
  }

  /** The settings that it prints, as the service reads them. */
  private SecurityProperties settings() throws IOException {
    String yaml = printed().replaceAll("(?s)^.*?(?=varve:\n)|\nOr as .*$", "");
    MutablePropertySources sources = new MutablePropertySources();
    new YamlPropertySourceLoader()
        .load("printed", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
        .forEach(sources::addLast);
    return new Binder(ConfigurationPropertySources.from(sources))
        .bind("varve.security", SecurityProperties.class)
        .get();
  }

  private static String sha256(String text) throws NoSuchAlgorithmException {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void settings_areThoseOfTheToken() throws Exception {
    assertThat(run("billing", "--roles=reader,writer")).isZero();
    String hash = sha256(token());
    assertThat(settings().mode()).isEqualTo(SecurityProperties.Mode.TOKEN);
    assertThat(settings().tokens())
        .containsOnlyKeys("billing")
        .containsValue(
            new TokenSettings(List.of(hash), List.of("reader", "writer"), null, null, null));
    assertThat(printed().lines())
        .contains(
            "VARVE_SECURITY_MODE=token",
            "VARVE_SECURITY_TOKENS_BILLING_SHA256=" + hash,
            "VARVE_SECURITY_TOKENS_BILLING_ROLES=reader,writer");
    assertThat(err.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "7", "My-App", "my.app", "my_app", "on", "null", "010", "1e3"})
  void anyName_isReadBack(String name) throws Exception {
    assertThat(run(name)).isZero();
    assertThat(settings().tokens()).containsOnlyKeys(name);
  }

  @Test
  void withoutArguments_itIsAReader() throws Exception {
    assertThat(run()).isZero();
    assertThat(settings().tokens()).containsOnlyKeys("client");
    assertThat(settings().tokens().values().iterator().next().roles()).containsExactly("reader");
    String first = token();
    out.reset();
    assertThat(run()).isZero();
    assertThat(token()).isNotEqualTo(first);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--role=reader",
        "--roles=",
        "--roles=owner",
        "--roles=reader,reader",
        "--roles=Reader",
        "--help",
        "-",
        "a b",
        "a b c",
        "first second"
      })
  void wrongUse_endsWithTwo(String arguments) {
    String[] words =
        arguments.startsWith("first") ? arguments.split(" ") : new String[] {arguments};
    assertThat(run(words)).isEqualTo(2);
    assertThat(out.size()).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("Usage: new-token");
  }
}
