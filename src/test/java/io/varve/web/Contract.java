package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.atlassian.oai.validator.OpenApiInteractionValidator;
import com.atlassian.oai.validator.model.Request.Method;
import com.atlassian.oai.validator.model.SimpleResponse;
import com.atlassian.oai.validator.report.ValidationReport;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Holds answers against {@code docs/openapi.json} and RFC 9457. The judges are libraries: a
 * validator of OpenAPI, and one of JSON Schema.
 */
final class Contract {
  static final Path DOCUMENT = Path.of("docs", "openapi.json");

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String NDJSON = "application/x-ndjson";

  /** Of a long stream, so many are looked at. */
  private static final long MAX_LINES = 1_000;

  private static final String PROBLEM_JSON = "application/problem+json";
  private static final String NO_PATH = "validation.request.path.missing";
  private static final String NO_METHOD = "validation.request.operation.notAllowed";
  private static final String NO_BODY = "validation.response.body.missing";

  /** A key may have slashes, which a template of OpenAPI does not take. */
  private static final Pattern KEY =
      Pattern.compile("^(/v1/(?:transactions/[^/]+/)?(?:kv|entries)(?:-b64)?/).*$");

  /** Loaded with the first answer to check, so that an unsound document can be written anew. */
  private static final class OfDocument {
    static final Map<String, Schema> LINES = new ConcurrentHashMap<>();
    static final OpenApiInteractionValidator VALIDATOR =
        OpenApiInteractionValidator.createForInlineApiSpecification(document()).build();
  }

  private static final Schema PROBLEM =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(resource("problem.json"));

  private Contract() {}

  /** The document as it is checked in. */
  static String document() {
    try {
      return Files.readString(DOCUMENT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A schema among the resources of the tests. */
  static String resource(String name) {
    try (InputStream file =
        Objects.requireNonNull(Contract.class.getResourceAsStream("/contract/" + name))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asserts that the document foresees this answer to this request. */
  static void check(String method, String target, String[] requestHeaders, Api.Answer received) {
    Api.Answer answer = received.decoded();
    String path = target.replaceFirst("\\?.*$", "");
    if (!path.startsWith("/v1/")) {
      return; // of the actuator or the Swagger UI
    }
    checkProblem(answer);
    boolean isRawValue = isRawValue(method, path, requestHeaders, answer);
    boolean isStream = !isRawValue && isStream(answer);
    if (isStream) {
      checkLines(method, path, answer);
    }
    List<String> faults =
        report(method, path, answer, isRawValue).getMessages().stream()
            .filter(message -> message.getLevel() == ValidationReport.Level.ERROR)
            // A value may be empty, and so may a stream.
            .filter(message -> !((isRawValue || isStream) && message.getKey().equals(NO_BODY)))
            .filter(message -> !isRefused(message.getKey(), answer))
            .map(ValidationReport.Message::toString)
            .toList();
    assertThat(faults)
        .as("%s %s answered %d: %s", method, target, answer.status(), answer.body())
        .isEmpty();
  }

  private static boolean isStream(Api.Answer answer) {
    return answer.headers().firstValue("Content-Type").equals(Optional.of(NDJSON));
  }

  /** The library above does not look into streams: each line must be what the document says. */
  private static void checkLines(String method, String path, Api.Answer answer) {
    Schema schema = OfDocument.LINES.computeIfAbsent(method + " " + path, Contract::lineSchema);
    answer
        .body()
        .lines()
        .limit(MAX_LINES)
        .forEach(
            line ->
                assertThat(schema.validate(line, InputFormat.JSON))
                    .as("a line of %s %s: %s", method, path, line)
                    .isEmpty());
  }

  private static Schema lineSchema(String operation) {
    String[] parts = operation.split(" ", -1);
    JsonNode document = JSON.readTree(document());
    JsonNode line =
        document
            .get("paths")
            .get(parts[1])
            .get(parts[0].toLowerCase(Locale.ROOT))
            .get("responses")
            .get("200")
            .get("content")
            .get(NDJSON)
            .get("schema")
            .get("x-line");
    ObjectNode whole = (ObjectNode) line.deepCopy();
    whole.set("components", document.get("components"));
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(whole.toString(), InputFormat.JSON);
  }

  private static ValidationReport report(
      String method, String path, Api.Answer answer, boolean isRawValue) {
    SimpleResponse.Builder response = SimpleResponse.Builder.status(answer.status());
    answer
        .headers()
        .map()
        .forEach(
            (name, values) ->
                response.withHeader(
                    name,
                    // A value has whatever type it was stored with, sound or not, even where it is
                    // that of JSON.
                    isRawValue && name.equalsIgnoreCase("Content-Type")
                        ? List.of("application/octet-stream")
                        : values));
    response.withBody(answer.body());
    String template = KEY.matcher(path).replaceFirst("$1key");
    boolean isEntry =
        !isRawValue
            && method.equals("GET")
            && answer.status() == 200
            && answer.headers().firstValue("Content-Type").orElse("").startsWith("application/json")
            && template.matches(".*/kv(-b64)?/key");
    return OfDocument.VALIDATOR.validateResponse(
        // An entry that was negotiated is that of the path of entries, which alone documents it.
        isEntry ? "/v1/entries/key" : template, methodOf(method), response.build());
  }

  /** Of a method that the library does not know, no operation knows either. */
  private static Method methodOf(String method) {
    return Arrays.stream(Method.values())
        .filter(known -> known.name().equals(method))
        .findFirst()
        .orElse(Method.TRACE);
  }

  private static boolean isRawValue(
      String method, String path, String[] requestHeaders, Api.Answer answer) {
    boolean wantsJson = false;
    for (int i = 0; i < requestHeaders.length; i += 2) {
      wantsJson |=
          requestHeaders[i].equalsIgnoreCase("Accept")
              && requestHeaders[i + 1].contains("application/json");
    }
    return method.equals("GET")
        && answer.status() == 200
        && KEY.matcher(path).matches()
        && !path.matches("/v1/entries(-b64)?/.*")
        && !wantsJson;
  }

  /** Whether a request that the document does not know was turned away, as it must be. */
  private static boolean isRefused(String fault, Api.Answer answer) {
    boolean isOfStranger = answer.status() == 401; // who is not told what there is
    return switch (fault) {
      case NO_PATH -> isOfStranger || answer.status() == 404 || answer.status() == 400;
      case NO_METHOD -> isOfStranger || answer.status() == 405;
      default -> false;
    };
  }

  /** Asserts that a problem, if this is one, is one of RFC 9457, and that every error is one. */
  static void checkProblem(Api.Answer answer) {
    Optional<String> contentType = answer.headers().firstValue("Content-Type");
    if (answer.status() >= 400) {
      assertThat(contentType).contains(PROBLEM_JSON);
    }
    if (contentType.equals(Optional.of(PROBLEM_JSON)) && answer.bytes().length > 0) {
      checkProblem(answer.status(), answer.body());
    }
  }

  /** Asserts that {@code body} is a problem of RFC 9457 with all of its members. */
  static void checkProblem(int status, String body) {
    assertThat(
            PROBLEM.validate(
                body,
                InputFormat.JSON,
                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true))))
        .as("a problem of RFC 9457: %s", body)
        .isEmpty();
    JsonNode problem = JsonMapper.shared().readTree(body);
    assertThat(problem.propertyNames()).contains("type", "title", "status", "detail", "instance");
    assertThat(problem.get("status").intValue()).isEqualTo(status);
  }
}
