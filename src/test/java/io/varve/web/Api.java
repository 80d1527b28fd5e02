package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client of the server under test, without any knowledge of the server's own classes. It holds
 * every answer against the {@link Contract}.
 */
public final class Api {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  private final int port;

  /** A client of the server at {@code port} of this machine. */
  public Api(int port) {
    this.port = port;
  }

  /** What the server answered. */
  public static final class Answer {
    private final int status;
    private final HttpHeaders headers;
    private final byte[] bytes;

    Answer(int status, HttpHeaders headers, byte[] bytes) {
      this.status = status;
      this.headers = headers;
      this.bytes = bytes;
    }

    HttpHeaders headers() {
      return headers;
    }

    public int status() {
      return status;
    }

    public byte[] bytes() {
      return bytes;
    }

    public String body() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The header, or "" where there is none. */
    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    public JsonNode json() {
      return JSON.readTree(bytes);
    }

    public long revision() {
      return Long.parseLong(header("Varve-Revision"));
    }

    public String storeId() {
      return header("Varve-Store-Id");
    }

    public String etag() {
      return header("ETag");
    }

    /** This answer as it was before the server compressed it, if it did. */
    Answer decoded() {
      if (!header("Content-Encoding").equals("gzip") || bytes.length == 0) {
        return this;
      }
      try (var body = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
        return new Answer(status, headers, body.readAllBytes());
      } catch (IOException e) {
        throw new AssertionError("the answer is not in gzip", e);
      }
    }
  }

  public Answer get(String path, String... headers) {
    return exchange("GET", path, BodyPublishers.noBody(), headers);
  }

  public Answer put(String path, String body, String... headers) {
    return send("PUT", path, body, headers);
  }

  public Answer delete(String path, String... headers) {
    return exchange("DELETE", path, BodyPublishers.noBody(), headers);
  }

  public Answer post(String path, String json) {
    return send("POST", path, json, "Content-Type", "application/json");
  }

  public Answer txn(String json) {
    return post("/v1/txn", json);
  }

  /** Asks for the headers only. */
  public Answer head(String path, String... headers) {
    return exchange("HEAD", path, BodyPublishers.noBody(), headers);
  }

  public Answer send(String method, String path, String body, String... headers) {
    return exchange(method, path, BodyPublishers.ofString(body), headers);
  }

  public Answer send(String method, String path, byte[] body, String... headers) {
    return exchange(method, path, BodyPublishers.ofByteArray(body), headers);
  }

  /** Sends a body in chunks, without telling its length ahead. */
  public Answer sendChunked(String method, String path, byte[] body, String... headers) {
    HttpRequest.BodyPublisher publisher =
        BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(body));
    return exchange(method, path, publisher, headers);
  }

  private Answer exchange(
      String method, String path, HttpRequest.BodyPublisher body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .timeout(Duration.ofSeconds(60))
            .method(method, body);
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      HttpResponse<byte[]> response = CLIENT.send(request.build(), BodyHandlers.ofByteArray());
      Answer answer = new Answer(response.statusCode(), response.headers(), response.body());
      Contract.check(method, path, headers, answer);
      return answer;
    } catch (IOException e) {
      throw new AssertionError("no answer to " + method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Asserts a plain JSON answer. */
  public static void assertJson(Answer answer, int status, String body) {
    assertThat(answer.body()).isEqualTo(body);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    assertStateHeaders(answer);
  }

  /** Asserts a problem: all of its body, its status and its headers. */
  public static void assertProblem(Answer answer, Problem expected) {
    assertThat(answer.body()).isEqualTo(expected.toJson());
    assertThat(answer.status()).isEqualTo(expected.status());
    assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    assertStateHeaders(answer);
  }

  /** Asserts the headers that every answer has. */
  public static void assertStateHeaders(Answer answer) {
    assertThat(answer.storeId()).matches("[0-9a-f]{16}");
    assertThat(answer.header("Varve-Revision")).matches("[0-9]+");
    assertThat(answer.header("Varve-Durable-Revision")).matches("[0-9]+");
  }

  /** A problem that a test expects. */
  public record Problem(
      int status,
      String code,
      String title,
      String detail,
      String instance,
      boolean retryable,
      String more) {
    /** One that is not worth a retry and has no facts of its own. */
    public static Problem of(
        int status, String code, String title, String detail, String instance) {
      return new Problem(status, code, title, detail, instance, false, "");
    }

    /** A malformed request. */
    public static Problem malformed(String field, String detail, String instance) {
      return of(400, "MALFORMED_REQUEST", "Malformed request", detail, instance)
          .with("\"field\":\"" + field + "\"");
    }

    /** A key that a path cannot carry. */
    public static Problem notPathSafe(String reason, String instance) {
      return of(
              400,
              "KEY_NOT_PATH_SAFE",
              "Key cannot be carried in a path",
              reason + " Use /v1/kv-b64/{base64url of the key, no padding} instead.",
              instance)
          .with("\"useInstead\":\"/v1/kv-b64/{key}\"");
    }

    /** The same, with members after the usual ones. */
    public Problem with(String members) {
      return new Problem(status, code, title, detail, instance, retryable, "," + members);
    }

    /** The same, worth a retry. */
    public Problem worthARetry() {
      return new Problem(status, code, title, detail, instance, true, more);
    }

    String toJson() {
      return "{\"type\":\"urn:varve:problem:"
          + code.toLowerCase(Locale.ROOT).replace('_', '-')
          + "\",\"title\":\""
          + title
          + "\",\"status\":"
          + status
          + ",\"code\":\""
          + code
          + "\",\"detail\":\""
          + detail.replace("\"", "\\\"")
          + "\",\"instance\":\""
          + instance
          + "\",\"retryable\":"
          + retryable
          + more
          + "}";
    }
  }
}
