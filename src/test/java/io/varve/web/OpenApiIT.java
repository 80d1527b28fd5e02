package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import io.varve.model.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The description of the interface: complete, sound, and the one that is checked in. */
@VarveServer
final class OpenApiIT {
  /** Rewrites docs/openapi.json in place of comparing with it. */
  private static final boolean WRITE = Boolean.getBoolean("varve.openapi.write");

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "head");

  /** Errors of the start, which no client meets. */
  private static final Set<ErrorCode> AT_START =
      EnumSet.of(
          ErrorCode.NOT_A_VARVE_STORE,
          ErrorCode.UNKNOWN_FORMAT,
          ErrorCode.STORE_LOCKED,
          ErrorCode.DATA_DIRECTORY_NOT_WRITABLE);

  @LocalServerPort int port;

  private JsonNode served() {
    return new Api(port).get("/v3/api-docs").json();
  }

  /** One operation of the document. */
  private record Operation(String path, String method, JsonNode node) {
    @Override
    public String toString() {
      return method.toUpperCase(Locale.ROOT) + " " + path;
    }
  }

  private static List<Operation> operations(JsonNode document) {
    List<Operation> operations = new ArrayList<>();
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> member : path.getValue().properties()) {
        if (METHODS.contains(member.getKey())) {
          operations.add(new Operation(path.getKey(), member.getKey(), member.getValue()));
        }
      }
    }
    assertThat(operations).isNotEmpty();
    return operations;
  }

  @Test
  void document_isTheOneInDocs() throws IOException {
    DefaultIndenter lines = new DefaultIndenter("  ", "\n");
    DefaultPrettyPrinter pretty =
        new DefaultPrettyPrinter().withObjectIndenter(lines).withArrayIndenter(lines);
    String served = JSON.writer().with(pretty).writeValueAsString(served()) + "\n";
    if (WRITE) {
      Files.writeString(Contract.DOCUMENT, served);
    }
    assertThat(Contract.document())
        .as(
            "docs/openapi.json; write it anew with ./mvnw verify -Dtest=none"
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=OpenApiIT"
                + " -Dvarve.openapi.write=true")
        .isEqualTo(served);
  }

  @Test
  void document_isSoundToSwaggerParser() {
    ParseOptions options = new ParseOptions();
    options.setResolve(true);
    SwaggerParseResult result =
        new OpenAPIV3Parser().readContents(served().toString(), null, options);
    assertThat(result.getMessages()).isEmpty();
    assertThat(result.isOpenapi31()).isTrue();
    assertThat(result.getOpenAPI().getPaths()).isNotEmpty();
  }

  @Test
  void document_fitsTheSchemaOfOpenApi() {
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Contract.resource("openapi-3.1.json"))
                .validate(served().toString(), InputFormat.JSON))
        .isEmpty();
  }

  @Test
  void operations_areComplete() {
    JsonNode document = served();
    Set<String> ids = new TreeSet<>();
    for (Operation operation : operations(document)) {
      JsonNode node = operation.node();
      assertThat(node.path("summary").asString("")).as("summary of " + operation).isNotBlank();
      assertThat(node.path("tags")).as("tags of " + operation).isNotEmpty();
      assertThat(ids.add(node.path("operationId").asString("")))
          .as("operationId of " + operation)
          .isTrue();
      for (JsonNode parameter : node.path("parameters")) {
        assertThat(parameter.path("description").asString(""))
            .as("description of %s of %s", parameter.path("name"), operation)
            .isNotBlank();
      }
      node.get("responses")
          .properties()
          .forEach(answer -> assertAnswer(document, operation, answer.getKey(), answer.getValue()));
    }
  }

  private static void assertAnswer(
      JsonNode document, Operation operation, String status, JsonNode answer) {
    String where = operation + " answering " + status;
    assertThat(answer.path("description").asString("")).as(where).isNotBlank();
    assertThat(answer.path("headers").propertyNames())
        .as(where)
        .contains("Varve-Store-Id", "Varve-Revision", "Varve-Durable-Revision");
    if (Integer.parseInt(status) < 400) {
      return;
    }
    JsonNode body = answer.path("content").path("application/problem+json");
    if (operation.method().equals("head")) {
      assertThat(answer.has("content")).as(where).isFalse();
      return;
    }
    assertThat(body.path("examples")).as(where).isNotEmpty();
    body.get("examples")
        .properties()
        .forEach(
            example -> {
              JsonNode value =
                  document.at(example.getValue().get("$ref").asString().substring(1)).path("value");
              assertThat(value.path("code").asString("")).as(where).isEqualTo(example.getKey());
              assertThat(value.path("status").asInt()).as(where).hasToString(status);
              assertThat(answer.get("description").asString()).contains(example.getKey());
            });
  }

  @Test
  void examplesOfErrors_areProblems() {
    JsonNode examples = served().at("/components/examples");
    assertThat(examples).isNotEmpty();
    for (JsonNode example : examples) {
      JsonNode value = example.get("value");
      Contract.checkProblem(value.get("status").asInt(), value.toString());
    }
  }

  @Test
  void schemas_areDescribedWithExamples() {
    JsonNode document = served();
    List<String> faults = new ArrayList<>();
    for (Map.Entry<String, JsonNode> schema : document.at("/components/schemas").properties()) {
      if (schema.getValue().path("description").asString("").isBlank()) {
        faults.add(schema.getKey() + " has no description");
      }
      for (Map.Entry<String, JsonNode> property :
          schema.getValue().path("properties").properties()) {
        String name = schema.getKey() + "." + property.getKey();
        if (property.getValue().path("description").asString("").isBlank()) {
          faults.add(name + " has no description");
        }
        if (!hasExample(document, property.getValue())) {
          faults.add(name + " has no example");
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  /** An example of its own, or those of the properties of the object that it is. */
  private static boolean hasExample(JsonNode document, JsonNode schema) {
    if (schema.has("example") || schema.has("properties")) {
      return true;
    }
    if (schema.has("$ref")) {
      return hasExample(document, document.at(schema.get("$ref").asString().substring(1)));
    }
    if (schema.has("anyOf")) {
      return hasExample(document, schema.get("anyOf").get(0));
    }
    return schema.has("items") && hasExample(document, schema.get("items"));
  }

  @Test
  void paths_areThoseOfTheControllers(
      @Autowired @Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mapping) {
    Set<String> mapped = new TreeSet<>();
    mapping
        .getHandlerMethods()
        .keySet()
        .forEach(
            info ->
                info.getPatternValues().stream()
                    .filter(pattern -> pattern.startsWith("/v1/"))
                    // It is there to refuse an empty key.
                    .filter(pattern -> !info.getPatternValues().contains(pattern + "/**"))
                    .forEach(
                        pattern ->
                            info.getMethodsCondition()
                                .getMethods()
                                .forEach(
                                    method ->
                                        mapped.add(
                                            method
                                                + " "
                                                + pattern
                                                    .replace("/{part}/**", "/**")
                                                    .replace("/**", "/{key}")))));
    assertThat(operations(served()).stream().map(Operation::toString))
        .containsExactlyInAnyOrderElementsOf(mapped);
  }

  @Test
  void errors_areAllDescribed() {
    Set<ErrorCode> described = EnumSet.noneOf(ErrorCode.class);
    served()
        .at("/components/examples")
        .propertyNames()
        .forEach(name -> described.add(ErrorCode.valueOf(name)));
    Set<ErrorCode> expected = EnumSet.allOf(ErrorCode.class);
    expected.removeAll(AT_START);
    assertThat(described).isEqualTo(expected);
  }

  @Test
  void document_namesNoHost() {
    assertThat(served().get("servers").get(0).get("url").asString()).isEqualTo("/");
    assertThat(served().toString()).doesNotContain("localhost", "127.0.0.1");
  }

  @Test
  void swaggerUi_isThere() {
    Api api = new Api(port);
    Api.Answer first = api.get("/swagger-ui.html");
    assertThat(first.status()).isEqualTo(302);
    assertThat(first.header("Location")).endsWith("/swagger-ui/index.html");
    assertFile(api, "/swagger-ui/index.html", "text/html", "swagger-initializer.js");
    assertFile(api, "/swagger-ui/swagger-ui.css", "text/css", ".swagger-ui");
    assertFile(api, "/swagger-ui/swagger-ui-bundle.js", "text/javascript", "SwaggerUIBundle");
    assertFile(
        api,
        "/swagger-ui/swagger-initializer.js",
        "text/javascript",
        "/v3/api-docs/swagger-config");
    assertThat(api.get("/v3/api-docs/swagger-config").json().get("url").asString())
        .isEqualTo("/v3/api-docs");
    assertThat(api.get("/swagger-ui/no-such-file").status()).isEqualTo(404);
  }

  private static void assertFile(Api api, String path, String type, String part) {
    Api.Answer answer = api.get(path);
    assertThat(answer.status()).as(path).isEqualTo(200);
    assertThat(answer.header("Content-Type")).as(path).startsWith(type);
    assertThat(answer.body()).as(path).contains(part);
  }
}
