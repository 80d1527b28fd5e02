package io.varve.web;

import static io.varve.web.Api.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** A server with two tokens, and requests with and without them. */
final class GateProbe {
  static final String TOKEN = "abc-DEF_123.~+/==";
  /** Of the same name as {@link #TOKEN}, as while a token is exchanged. */
  static final String NEXT_TOKEN = "xyz-NEXT_987.~+/==";

  static final String OTHER_TOKEN = "0123456789abcdef0123456789abcdef";

  private static final String AUTHORIZATION = "Authorization";

  /** What opens nothing. */
  private static final List<String> BAD_CREDENTIALS =
      List.of(
          "",
          "Bearer",
          "Bearer wrong-token",
          "Bearer " + TOKEN + "=",
          "Bearer " + TOKEN.substring(1),
          "Bearer " + TOKEN + " " + TOKEN,
          "Bearer " + TOKEN + ", Bearer " + TOKEN,
          "Bearer \"" + TOKEN + "\"",
          "Bearer token=" + TOKEN,
          "Bearer " + sha256(TOKEN),
          "Bearer" + TOKEN,
          "Basic " + TOKEN,
          "Token " + TOKEN,
          "Bearer\u00a0" + TOKEN,
          TOKEN);

  private GateProbe() {}

  /** Has the server ask for a token. */
  static final class TokensNeeded
      implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(
              new MapPropertySource(
                  "tokens",
                  Map.of(
                      "varve.security.mode", "token",
                      "varve.security.tokens.app.sha256[0]", sha256(TOKEN),
                      "varve.security.tokens.app.sha256[1]", sha256(NEXT_TOKEN),
                      "varve.security.tokens.app.roles", "reader,writer,admin",
                      "varve.security.tokens.backup.roles", "reader,writer,admin",
                      "varve.security.tokens.backup.sha256",
                          sha256(OTHER_TOKEN).toUpperCase(Locale.ROOT))));
    }
  }

  static String sha256(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Asserts that nothing but a token opens this. */
  static void assertNeedsToken(Api api, String method, String path, String body, int withToken) {
    assertRefused(send(api, method, path, body), method, path);
    for (String credentials : BAD_CREDENTIALS) {
      assertRefused(send(api, method, path, body, AUTHORIZATION, credentials), method, path);
    }
    for (String credentials :
        List.of(
            "Bearer " + TOKEN, "bearer " + TOKEN, "BEARER   " + TOKEN, "Bearer " + OTHER_TOKEN)) {
      assertThat(send(api, method, path, body, AUTHORIZATION, credentials).status())
          .as("%s %s with %s", method, path, credentials)
          .isEqualTo(withToken);
    }
  }

  private static Answer send(Api api, String method, String path, String body, String... headers) {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "Content-Type";
    all[headers.length + 1] = path.equals("/v1/bulk") ? "application/x-ndjson" : "application/json";
    return body.isEmpty()
        ? api.send(method, path, new byte[0], headers)
        : api.send(method, path, body, all);
  }

  static void assertRefused(Answer answer, String method, String path) {
    assertThat(answer.header("WWW-Authenticate")).as("%s %s", method, path).isEqualTo("Bearer");
    if (method.equals("HEAD")) {
      assertThat(answer.status()).isEqualTo(401);
      return;
    }
    assertProblem(
        answer,
        Problem.of(
            401,
            "UNAUTHENTICATED",
            "Token is missing or unknown",
            "This service asks for a token that it knows, in the header Authorization: Bearer.",
            path.replaceFirst("\\?.*$", "")));
  }
}
