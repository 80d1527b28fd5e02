package io.varve.web.openapi;

import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import io.swagger.v3.oas.models.parameters.PathParameter;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import io.varve.model.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OpenApiCustomizer;

/** Says what holds for all operations, writes patterns as paths, and puts all in a fixed order. */
final class DocumentFinish implements OpenApiCustomizer {
  /** The end of a pattern that takes whatever follows, slashes too. */
  private static final String REST = "/**";

  /** The end of one that takes something at least. */
  private static final String PART_AND_REST = "/{part}" + REST;

  private static final String BASE64_PATH = "-b64/";

  private static final String NDJSON = "application/x-ndjson";

  private static final Parameter KEY =
      key(
          """
          The key: UTF-8, percent-encoded where a path needs it. It may contain slashes, plain or \
          encoded as `%2F`, which mean the same. What a path cannot carry safely (empty segments, \
          segments of dots, semicolons, zero bytes, bytes that are no UTF-8; encoded or not) is \
          refused with `KEY_NOT_PATH_SAFE`; the path whose name ends in `-b64` carries every key.\
          """,
          "users/42");

  private static final Parameter BASE64_KEY =
      key("The key, which may be any bytes, in base64url without padding.", "dXNlcnMvNDI");

  /** What springdoc puts behind the id of an operation that has several paths or methods. */
  private static final Pattern COUNTER = Pattern.compile("_[0-9]+$");

  private final ProblemCatalog problems;
  private final ErrorAnswers answers;

  DocumentFinish(ProblemCatalog problems, ErrorAnswers answers) {
    this.problems = problems;
    this.answers = answers;
  }

  @Override
  public void customise(OpenAPI document) {
    document.servers(List.of(new Server().url("/").description("This server")));
    document.setPaths(paths(document.getPaths()));
    document.getPaths().forEach(DocumentFinish::finish);
    addComponents(document);
    document.getTags().sort(Comparator.comparing(Tag::getName));
  }

  private static Paths paths(Paths patterns) {
    Map<String, PathItem> sorted = new TreeMap<>();
    patterns.forEach(
        (pattern, item) -> {
          if (!isOfNoKey(item, patterns.get(pattern + REST))) {
            sorted.put(
                pattern.endsWith(REST)
                    ? pattern.replace(PART_AND_REST, REST).replace(REST, "/{" + KeyInPath.NAME + "}")
                    : pattern,
                item);
          }
        });
    Paths paths = new Paths();
    paths.putAll(sorted);
    return paths;
  }

  /** Of the two patterns of a key's path, one is for an empty key, which is refused. */
  private static boolean isOfNoKey(PathItem item, @Nullable PathItem withKey) {
    return withKey != null && id(item.getGet()).equals(id(withKey.getGet()));
  }

  private static String id(Operation operation) {
    return COUNTER.matcher(operation.getOperationId()).replaceFirst("");
  }

  private static void finish(String path, PathItem item) {
    boolean hasKey = path.endsWith("/{" + KeyInPath.NAME + "}");
    boolean isBase64 = path.contains(BASE64_PATH);
    item.readOperationsMap()
        .forEach(
            (method, operation) -> {
              operation.setOperationId(id(operation));
              if (hasKey) {
                parameters(operation).addFirst(isBase64 ? BASE64_KEY : KEY);
              }
              if (isBase64) {
                toBase64(operation);
              }
              if (method == PathItem.HttpMethod.HEAD) {
                toHead(operation);
              }
              linesAsBytes(operation);
              operation.setResponses(sorted(operation.getResponses()));
              operation.getResponses().values().forEach(DocumentFinish::addCommonHeaders);
            });
  }

  /**
   * A body of many lines is bytes to a generated client, which would read and write one JSON value;
   * what a line is stands beside it.
   */
  private static void linesAsBytes(Operation operation) {
    Stream.concat(
            Stream.ofNullable(operation.getRequestBody()).map(RequestBody::getContent),
            operation.getResponses().values().stream().map(ApiResponse::getContent))
        .filter(Objects::nonNull)
        .map(content -> content.get(NDJSON))
        .filter(Objects::nonNull)
        .forEach(
            lines -> {
              Schema<?> bytes = new JsonSchema().types(Set.of("string")).format("binary");
              bytes.setDescription("JSON values, one a line; `x-line` is the schema of each.");
              bytes.addExtension("x-line", lines.getSchema());
              lines.setSchema(bytes);
            });
    // Generated Python clients write JSON where the name of a type has that in it.
    if (operation.getRequestBody() != null) {
      Content taken = operation.getRequestBody().getContent();
      MediaType lines = taken.remove(NDJSON);
      if (lines != null) {
        taken.addMediaType("application/octet-stream", lines);
      }
    }
  }

  private static List<Parameter> parameters(Operation operation) {
    if (operation.getParameters() == null) {
      operation.setParameters(new ArrayList<>());
    }
    return operation.getParameters();
  }

  private static void toBase64(Operation operation) {
    operation.setOperationId(operation.getOperationId() + "Base64");
    operation.setSummary(operation.getSummary() + ", named in base64url");
    // Every key can be carried there.
    for (ApiResponse answer : operation.getResponses().values()) {
      MediaType body = problem(answer);
      if (body != null && body.getExamples().remove(ErrorCode.KEY_NOT_PATH_SAFE.name()) != null) {
        answer.setDescription(ErrorAnswers.describe(codes(body)));
      }
    }
  }

  /** A HEAD has the same handler as a GET, and its answers have no bodies. */
  private static void toHead(Operation operation) {
    operation.setOperationId(operation.getOperationId().replaceFirst("^get", "head"));
    operation.setSummary(operation.getSummary() + ", headers only");
    operation.getResponses().values().forEach(answer -> answer.setContent(null));
  }

  private static Parameter key(String description, String example) {
    return new PathParameter()
        .name(KeyInPath.NAME)
        .description(description)
        .schema(new JsonSchema().types(Set.of("string")).minLength(1))
        .example(example);
  }

  private static ApiResponses sorted(ApiResponses answers) {
    ApiResponses sorted = new ApiResponses();
    sorted.putAll(new TreeMap<>(answers));
    return sorted;
  }

  private static void addCommonHeaders(ApiResponse answer) {
    CommonHeaders.ALWAYS.forEach(
        name -> answer.addHeaderObject(name, CommonHeaders.reference(name)));
    answer.setHeaders(new TreeMap<>(answer.getHeaders()));
  }

  private void addComponents(OpenAPI document) {
    Components components = document.getComponents();
    ModelConverters.getInstance(true)
        .readAllAsResolvedSchema(problems.schema())
        .referencedSchemas
        .forEach(components::addSchemas);
    components.setSchemas(new TreeMap<>(components.getSchemas()));
    components.setHeaders(CommonHeaders.components());
    // Of requests that are no operation.
    components.setResponses(new TreeMap<>(answers.ofNoOperation()));
    components.getResponses().values().forEach(DocumentFinish::addCommonHeaders);
    components.setExamples(new TreeMap<>());
    errors(document)
        .forEach(
            code ->
                components.addExamples(
                    code.name(),
                    new Example().summary(code.title()).value(problems.example(code))));
  }

  /** Every error that an answer of the document refers to. */
  private static Set<ErrorCode> errors(OpenAPI document) {
    return Stream.concat(
            document.getPaths().values().stream()
                .flatMap(item -> item.readOperations().stream())
                .flatMap(operation -> operation.getResponses().values().stream()),
            document.getComponents().getResponses().values().stream())
        .map(DocumentFinish::problem)
        .filter(Objects::nonNull)
        .flatMap(body -> codes(body).stream())
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(ErrorCode.class)));
  }

  private static @Nullable MediaType problem(ApiResponse answer) {
    return answer.getContent() == null ? null : answer.getContent().get(ErrorAnswers.PROBLEM_JSON);
  }

  private static List<ErrorCode> codes(MediaType problem) {
    return problem.getExamples().keySet().stream().map(ErrorCode::valueOf).toList();
  }
}
