package io.varve.client;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What the server answered, whole. */
final class Answer {
  private static final int SUCCESS = 200;
  private static final int REDIRECT = 300;
  private static final String CONTENT_TYPE = "Content-Type";

  private final Call call;
  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;

  Answer(Call call, int status, HttpHeaders headers, byte[] body) {
    this.call = call;
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  int status() {
    return status;
  }

  boolean isSuccess() {
    return isSuccess(status);
  }

  static boolean isSuccess(int status) {
    return status >= SUCCESS && status < REDIRECT;
  }

  Optional<String> header(String name) {
    return headers.firstValue(name);
  }

  /** The store that answered. */
  String storeId() {
    return header("Varve-Store-Id").orElse("");
  }

  /** The body as a value. */
  VarveValue value() {
    return VarveValue.wrap(body, header(CONTENT_TYPE).orElse(VarveValue.OCTET_STREAM));
  }

  /** The body, which must not be changed. */
  byte[] body() {
    return body;
  }

  /** What {@code reader} makes of the JSON in the body. */
  <T> T read(Function<JsonNode, T> reader) {
    try {
      return reader.apply(Json.parse(body));
    } catch (JacksonException | IllegalArgumentException _) {
      // Their messages may quote the body.
      VarveException unexpected = VarveException.unexpected(status, call.name());
      throw call.kind() == Call.Kind.KEYED
          ? new UnknownOutcomeException(call.name(), unexpected)
          : unexpected;
    }
  }

  /** The problem that the body tells of. */
  Problem problem() {
    if (header(CONTENT_TYPE)
        .filter(type -> type.startsWith("application/problem+json"))
        .isEmpty()) {
      return unknownProblem();
    }
    try {
      return Json.problem(status, Json.parse(body));
    } catch (JacksonException | IllegalArgumentException _) {
      return unknownProblem();
    }
  }

  private Problem unknownProblem() {
    return Problem.of(
        status, Problem.UNEXPECTED_ANSWER, call.name() + " got status " + status + ".", false);
  }

  /** How long the server asks to wait; zero where it does not. */
  Duration retryAfter() {
    try {
      return header("Retry-After")
          .map(Long::parseLong)
          .map(Duration::ofSeconds)
          .orElse(Duration.ZERO);
    } catch (NumberFormatException _) {
      return Duration.ZERO;
    }
  }
}
