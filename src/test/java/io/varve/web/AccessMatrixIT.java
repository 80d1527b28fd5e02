package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.access.Grant;
import io.varve.access.Principal;
import io.varve.access.Role;
import io.varve.authentication.KnownToken;
import io.varve.authentication.KnownTokens;
import io.varve.web.Api.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.servlet.handler.AbstractHandlerMethodMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every endpoint, those of the Actuator too, against everybody who may come; and each call that is
 * refused or runs the service is in the audit log, and no other.
 */
@VarveServer
@ContextConfiguration(
    initializers = {EmptyStore.class, GateProbe.TokensNeeded.class, AccessMatrixIT.AuditFile.class})
@TestPropertySource(
    properties = {
      "management.endpoints.web.exposure.include=*",
      "management.endpoints.web.exposure.exclude=heapdump"
    })
@DirtiesContext // its tokens are not those of the others
final class AccessMatrixIT {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Path AUDIT = Path.of("target", "access-matrix-audit.log");

  private static final String ALL = "R W A M";
  private static final String DATA = "R W";
  private static final String WRITE = "W";
  private static final String ADMIN = "A";
  private static final String WATCH = "A M";
  private static final String OPEN = "open";

  private static final Map<String, Role> ROLES =
      Map.of("R", Role.READER, "W", Role.WRITER, "A", Role.ADMIN, "M", Role.METRICS);

  private static final String TXN = "/v1/transactions/0123456789abcdef0123456789abcdef";
  private static final String CHECKPOINT = "/v1/admin/checkpoints";

  private final Api api;

  AccessMatrixIT(@LocalServerPort int port, @Autowired KnownTokens tokens) {
    api = new Api(port);
    List<KnownToken> known = new ArrayList<>();
    ROLES.forEach((name, role) -> known.add(token(name, role, null)));
    known.add(token("expired", Role.WRITER, Instant.EPOCH));
    known.add(token("expired-admin", Role.ADMIN, Instant.EPOCH));
    tokens.replace(known);
  }

  private static KnownToken token(String name, Role role, @Nullable Instant expiresAt) {
    return new KnownToken(
        HexFormat.of().parseHex(GateProbe.sha256("token-of-" + name)),
        new Principal("token:" + name, name, List.of(Grant.everywhere(role))),
        expiresAt);
  }

  static final class AuditFile
      implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    @Override
    public void initialize(ConfigurableApplicationContext context) {
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(new MapPropertySource("audit", Map.of("varve.audit.file", AUDIT.toString())));
    }
  }

  @BeforeEach
  void forgetTheAudit() throws IOException {
    Files.writeString(AUDIT, "");
  }

  /**
   * An endpoint.
   *
   * @param pattern as it is mapped
   * @param path one that it maps
   * @param whom the roles that are let in
   */
  record Endpoint(String method, String pattern, String path, String body, String whom) {
    static Endpoint of(String method, String path, String body, String whom) {
      return new Endpoint(method, path, path, body, whom);
    }

    boolean lets(String role) {
      return List.of(whom.split(" ", -1)).contains(role);
    }

    boolean isAdmin() {
      return whom.equals(ADMIN);
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  static Stream<Endpoint> endpoints() {
    return Stream.of(keys(), many(), transactions(), service(), actuator(), documents())
        .flatMap(List::stream);
  }

  private static List<Endpoint> keys() {
    List<Endpoint> all = new ArrayList<>();
    for (String base : List.of("/v1/kv", "/v1/kv-b64", TXN + "/kv", TXN + "/kv-b64")) {
      String pattern = base.replace(TXN, "/v1/transactions/{id}");
      for (String method : List.of("GET", "HEAD", "PUT", "DELETE")) {
        String whom = method.equals("PUT") || method.equals("DELETE") ? WRITE : DATA;
        String body = method.equals("PUT") ? "x" : "";
        all.add(new Endpoint(method, pattern + "/**", base + "/YWJj", body, whom));
        // Without a key: there is none to ask for, and the answer is 400 to everybody.
        all.add(new Endpoint(method, pattern, base, body, ALL));
      }
    }
    for (String method : List.of("GET", "HEAD")) {
      all.add(new Endpoint(method, "/v1/entries/{part}/**", "/v1/entries/YWJj", "", DATA));
      all.add(new Endpoint(method, "/v1/entries-b64/**", "/v1/entries-b64/YWJj", "", DATA));
      all.add(Endpoint.of(method, "/v1/entries-b64", "", ALL));
    }
    return all;
  }

  private static List<Endpoint> many() {
    return List.of(
        Endpoint.of("GET", "/v1/entries", "", DATA),
        new Endpoint("GET", "/v1/history", "/v1/history?key=a", "", DATA),
        new Endpoint("GET", "/v1/revisions/{revision}", "/v1/revisions/1", "", DATA),
        Endpoint.of(
            "POST",
            "/v1/txn",
            "{\"compare\":[{\"key\":\"a\",\"exists\":true}],\"success\":[{\"get\":{\"key\":\"a\"}}],"
                + "\"failure\":[{\"put\":{\"key\":\"b\",\"value\":\"1\"}}]}",
            WRITE),
        Endpoint.of("POST", "/v1/batch", "{\"operations\":[{\"delete\":{\"key\":\"a\"}}]}", WRITE),
        Endpoint.of("POST", "/v1/bulk", "{\"delete\":{\"key\":\"a\"}}", WRITE));
  }

  private static List<Endpoint> transactions() {
    String pattern = "/v1/transactions/{id}";
    return List.of(
        Endpoint.of("POST", "/v1/transactions", "{\"readOnly\":true}", DATA),
        // One's own or none: whoever is known may ask.
        new Endpoint("GET", pattern, TXN, "", ALL),
        new Endpoint("POST", pattern + "/commit", TXN + "/commit", "", ALL),
        new Endpoint("POST", pattern + "/rollback", TXN + "/rollback", "", ALL),
        new Endpoint("GET", pattern + "/entries", TXN + "/entries", "", DATA),
        new Endpoint(
            "POST",
            pattern + "/operations",
            TXN + "/operations",
            "{\"operations\":[{\"put\":{\"key\":\"a\",\"value\":\"1\"}}]}",
            WRITE));
  }

  private static List<Endpoint> service() {
    String unknown = CHECKPOINT + "/unknown";
    String holds = "/v1/admin/holds";
    return List.of(
        Endpoint.of("GET", "/v1/limits", "", ALL),
        Endpoint.of("GET", "/v1/status", "", WATCH),
        Endpoint.of("POST", "/v1/admin/flush", "", ADMIN),
        Endpoint.of("POST", "/v1/admin/prune", "{\"dryRun\":true}", ADMIN),
        Endpoint.of("POST", "/v1/admin/compact", "", ADMIN),
        Endpoint.of("GET", CHECKPOINT, "", ADMIN),
        Endpoint.of("POST", CHECKPOINT, "", ADMIN),
        new Endpoint("GET", CHECKPOINT + "/{id}", unknown, "", ADMIN),
        new Endpoint("DELETE", CHECKPOINT + "/{id}", unknown, "", ADMIN),
        new Endpoint("POST", CHECKPOINT + "/{id}/verify", unknown + "/verify", "", ADMIN),
        new Endpoint("POST", CHECKPOINT + "/{id}/restore", unknown + "/restore", "", ADMIN),
        Endpoint.of("GET", holds, "", ADMIN),
        Endpoint.of("POST", holds, "{\"ttl\":\"PT1S\"}", ADMIN),
        new Endpoint("GET", holds + "/{id}", holds + "/unknown", "", ADMIN),
        new Endpoint("PUT", holds + "/{id}", holds + "/unknown", "{\"ttl\":\"PT1S\"}", ADMIN),
        new Endpoint("DELETE", holds + "/{id}", holds + "/unknown", "", ADMIN));
  }

  private static List<Endpoint> actuator() {
    List<Endpoint> all = new ArrayList<>();
    all.add(Endpoint.of("GET", "/livez", "", OPEN));
    all.add(Endpoint.of("GET", "/readyz", "", OPEN));
    all.add(Endpoint.of("GET", "/startupz", "", OPEN));
    all.add(Endpoint.of("GET", "/actuator/health", "", OPEN));
    all.add(new Endpoint("GET", "/actuator/health/**", "/actuator/health/liveness", "", OPEN));
    for (String path : List.of("", "/info", "/metrics", "/prometheus")) {
      all.add(Endpoint.of("GET", "/actuator" + path, "", WATCH));
    }
    all.add(
        new Endpoint(
            "GET",
            "/actuator/metrics/{requiredMetricName}",
            "/actuator/metrics/jvm.threads.live",
            "",
            WATCH));
    return all;
  }

  private static List<Endpoint> documents() {
    return List.of(
        Endpoint.of("GET", "/v3/api-docs", "", ALL),
        Endpoint.of("GET", "/v3/api-docs.yaml", "", ALL),
        Endpoint.of("GET", "/v3/api-docs/swagger-config", "", ALL),
        Endpoint.of("GET", "/swagger-ui.html", "", ALL),
        new Endpoint("GET", "", "/swagger-ui/index.html", "", ALL),
        new Endpoint("GET", "", "/", "", ADMIN),
        new Endpoint("GET", "", "/nothing", "", ADMIN),
        new Endpoint("POST", "", "/actuator/prometheus", "", ADMIN),
        new Endpoint("GET", "", "/v1/nothing", "", ALL));
  }

  @ParameterizedTest
  @MethodSource("endpoints")
  void endpoint_letsInWhomItShould(Endpoint endpoint) throws IOException {
    for (String authorization :
        List.of(
            "",
            "Bearer wrong",
            "Bearer token-of-expired",
            "Bearer token-of-expired-admin",
            "Basic dG9rZW4tb2YtQQ==",
            "token-of-A")) {
      Answer answer = send(endpoint, authorization);
      boolean isOpen = endpoint.whom().equals(OPEN);
      assertThat(answer.status() == 401)
          .as("%s with '%s': %s", endpoint, authorization, answer.status())
          .isEqualTo(!isOpen);
      if (isOpen) {
        assertThat(audit()).isEmpty();
      } else {
        assertThat(answer.header("WWW-Authenticate")).isEqualTo("Bearer");
        assertAudited(endpoint, answer, "refused", null, "UNAUTHENTICATED");
      }
    }
    for (String role : ROLES.keySet()) {
      checkRole(endpoint, role);
    }
  }

  private void checkRole(Endpoint endpoint, String role) throws IOException {
    Answer answer = send(endpoint, "Bearer token-of-" + role);
    String what = endpoint + " as " + role + ": " + answer.status() + " " + answer.body();
    if (endpoint.whom().equals(OPEN)) {
      assertThat(answer.status()).as(what).isEqualTo(200);
      assertThat(audit()).as(what).isEmpty();
    } else if (!endpoint.lets(role)) {
      assertThat(answer.status()).as(what).isEqualTo(403);
      assertAudited(endpoint, answer, "refused", role, "FORBIDDEN");
    } else {
      assertThat(answer.status()).as(what).isNotIn(401, 403, 500);
      if (endpoint.isAdmin()) {
        assertAudited(endpoint, answer, "admin", role, null);
      } else {
        assertThat(audit()).as(what).isEmpty();
      }
    }
  }

  private Answer send(Endpoint endpoint, String authorization) {
    List<String> headers = new ArrayList<>();
    if (!authorization.isEmpty()) {
      headers.addAll(List.of("Authorization", authorization));
    }
    if (!endpoint.body().isEmpty()) {
      headers.add("Content-Type");
      headers.add(endpoint.path().equals("/v1/bulk") ? "application/x-ndjson" : "application/json");
    }
    return api.send(
        endpoint.method(), endpoint.path(), endpoint.body(), headers.toArray(String[]::new));
  }

  private static List<JsonNode> audit() throws IOException {
    List<JsonNode> lines =
        Files.readAllLines(AUDIT, StandardCharsets.UTF_8).stream().map(JSON::readTree).toList();
    Files.writeString(AUDIT, "");
    return lines;
  }

  private static void assertAudited(
      Endpoint endpoint, Answer answer, String kind, @Nullable String role, @Nullable String code)
      throws IOException {
    List<JsonNode> lines = audit();
    assertThat(lines).as("%s: one line", endpoint).hasSize(1);
    JsonNode line = lines.getFirst();
    assertThat(line.path("audit").asString()).isEqualTo(kind);
    assertThat(line.path("who").asString("")).isEqualTo(role == null ? "" : "token:" + role);
    assertThat(line.path("method").asString()).isEqualTo(endpoint.method());
    assertThat(line.path("path").asString()).isEqualTo(endpoint.path().replaceFirst("\\?.*", ""));
    assertThat(line.path("status").asInt()).isEqualTo(answer.status());
    assertThat(line.path("revision").asString()).isEqualTo(answer.header("Varve-Revision"));
    assertThat(line.path("from").asString()).isEqualTo("127.0.0.1");
    assertThat(Instant.parse(line.path("time").asString())).isBeforeOrEqualTo(Instant.now());
    if (code != null) {
      assertThat(line.path("code").asString()).isEqualTo(code);
    }
    assertThat(line.toString()).doesNotContain("token-of");
  }

  /** Those of a later day are in the table too, or this fails. */
  @Test
  void table_hasEveryEndpoint(@Autowired ApplicationContext context) {
    Set<String> mapped = new TreeSet<>();
    context.getBeansOfType(RequestMappingInfoHandlerMapping.class).values().stream()
        .map(AbstractHandlerMethodMapping::getHandlerMethods)
        .forEach(methods -> methods.keySet().forEach(info -> mapped.addAll(names(info))));
    mapped.removeIf(name -> name.contains(" /test/") || name.endsWith(" /error"));
    Set<String> listed =
        endpoints()
            .map(endpoint -> endpoint.method() + " " + endpoint.pattern())
            .collect(Collectors.toCollection(TreeSet::new));
    // The rest of the Actuator is not shown unless somebody wants it; a test of its own has it.
    mapped.removeIf(
        name ->
            name.contains(" /actuator/")
                && !name.matches(".* /actuator/(health|info|metrics|prometheus).*"));
    assertThat(mapped).isSubsetOf(listed);
  }

  /** What an operator may show in addition. */
  @Test
  void restOfTheActuator_isForAdmins(@Autowired ApplicationContext context) throws IOException {
    Set<String> paths = new TreeSet<>();
    context.getBeansOfType(RequestMappingInfoHandlerMapping.class).values().stream()
        .flatMap(mapping -> mapping.getHandlerMethods().keySet().stream())
        .flatMap(info -> names(info).stream())
        .filter(name -> name.startsWith("GET /actuator/"))
        .map(name -> name.substring("GET ".length()))
        .filter(path -> !path.matches("/actuator/(health|info|metrics|prometheus).*"))
        .forEach(path -> paths.add(path.replaceAll("\\{[^}]*}|\\*\\*", "x")));
    assertThat(paths).contains("/actuator/env", "/actuator/threaddump", "/actuator/loggers");
    for (String path : paths) {
      Endpoint endpoint = Endpoint.of("GET", path, "", ADMIN);
      assertThat(send(endpoint, "").status()).as(path).isEqualTo(401);
      assertThat(audit()).hasSize(1);
      for (String role : ROLES.keySet()) {
        checkRole(endpoint, role);
      }
    }
  }

  private static Set<String> names(RequestMappingInfo info) {
    Set<String> names = new TreeSet<>();
    Set<String> methods = new TreeSet<>();
    info.getMethodsCondition()
        .getMethods()
        .forEach(method -> methods.add(method.name().toUpperCase(Locale.ROOT)));
    if (methods.isEmpty()) {
      methods.add("GET");
    }
    for (String pattern : info.getPatternValues()) {
      methods.forEach(method -> names.add(method + " " + pattern));
    }
    return names;
  }

  /** What a caller may not do is told with the keys that it was about. */
  @Test
  void refusal_tellsTheKeys() throws IOException {
    String reader = "Bearer token-of-R";
    var _ = api.send("DELETE", "/v1/kv/users/42", "", "Authorization", reader);
    assertThat(audit().getFirst().get("keys").toString())
        .isEqualTo("{\"start\":\"users/42\",\"end\":\"users/42\\u0000\"}");
    var _ =
        api.send(
            "POST",
            "/v1/batch",
            "{\"operations\":[{\"put\":{\"key\":{\"base64\":\"/w==\"},\"value\":\"secret\"}}]}",
            "Authorization",
            reader,
            "Content-Type",
            "application/json",
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    JsonNode line = audit().getFirst();
    assertThat(line.get("keys").toString())
        .isEqualTo("{\"start\":{\"base64\":\"/w==\"},\"end\":{\"base64\":\"/wA=\"}}");
    assertThat(line.get("action").asString()).isEqualTo("write");
    assertThat(line.get("traceId").asString()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(line.toString()).doesNotContain("secret");
  }
}
