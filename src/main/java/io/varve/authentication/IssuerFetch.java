package io.varve.authentication;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Asks an issuer for its keys over HTTP. Follows no redirection: where the keys come from is a
 * matter of the settings, and of what the issuer says of itself.
 */
public final class IssuerFetch implements KeyFetch {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final int MAX_BYTES = 1 << 20;

  private final @Nullable String issuer;
  private final @Nullable URI keys;

  private IssuerFetch(@Nullable String issuer, @Nullable URI keys) {
    this.issuer = issuer;
    this.keys = keys;
  }

  /** From this address. */
  public static IssuerFetch ofKeys(URI keys) {
    return new IssuerFetch(null, keys);
  }

  /**
   * From the address that the issuer tells in its description (OpenID Connect Discovery 1.0, or RFC
   * 8414).
   */
  public static IssuerFetch ofIssuer(String issuer) {
    return new IssuerFetch(issuer, null);
  }

  @Override
  public JWKSet fetch() throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    try {
      URI source = keys == null ? discover(client) : keys;
      return JWKSet.parse(text(requireFound(get(client, source), source)));
    } catch (ParseException _) {
      throw new IOException("what the issuer sends is not a set of keys");
    } finally {
      client.shutdownNow(); // a fetch is rare, and leaves no connection and no thread behind
    }
  }

  private URI discover(HttpClient client) throws IOException {
    String name = Objects.requireNonNull(issuer);
    for (URI place : descriptions(URI.create(name))) {
      HttpResponse<byte[]> answer = get(client, place);
      if (answer.statusCode() != 404) {
        return keysOf(text(requireFound(answer, place)), name);
      }
    }
    throw new IOException("the issuer has no description of itself");
  }

  /** Where an issuer may describe itself. */
  private static List<URI> descriptions(URI issuer) {
    String path = issuer.getRawPath().replaceFirst("/$", "");
    return List.of(
        issuer.resolve(path + "/.well-known/openid-configuration"),
        issuer.resolve("/.well-known/oauth-authorization-server" + path));
  }

  private static URI keysOf(String description, String issuer) throws IOException {
    try {
      Map<String, Object> told = JSONObjectUtils.parse(description);
      if (!issuer.equals(told.get("issuer"))) {
        throw new IOException("the issuer describes another one than itself");
      }
      if (!(told.get("jwks_uri") instanceof String place)) {
        throw new IOException("the description of the issuer names no keys");
      }
      URI keys = URI.create(place);
      if (issuer.startsWith("https:") && !"https".equals(keys.getScheme())) {
        throw new IOException("the issuer speaks TLS, and its keys do not come over it");
      }
      return keys;
    } catch (ParseException | IllegalArgumentException _) {
      throw new IOException("the description of the issuer cannot be read");
    }
  }

  private static HttpResponse<byte[]> get(HttpClient client, URI place) throws IOException {
    HttpRequest request;
    try {
      request = HttpRequest.newBuilder(place).timeout(ANSWER).build();
    } catch (IllegalArgumentException _) {
      throw new IOException("the address of the keys is none for HTTP");
    }
    // The timeout of a request ends with its first bytes; this one bounds all of them.
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    try {
      return answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException("no answer from " + place, e.getCause());
    } catch (TimeoutException _) {
      throw new IOException("no answer in time from " + place);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private static HttpResponse<byte[]> requireFound(HttpResponse<byte[]> answer, URI place)
      throws IOException {
    if (answer.statusCode() != 200) {
      throw new IOException("status " + answer.statusCode() + " from " + place);
    }
    return answer;
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
