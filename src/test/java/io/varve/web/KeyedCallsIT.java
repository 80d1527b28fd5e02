package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api.Answer;
import io.varve.web.openapi.OnceUnderKey;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every call that is not a read keeps its answer under an idempotency key, or refuses the key. */
@VarveServer
final class KeyedCallsIT {
  private static final Set<RequestMethod> READS =
      Set.of(RequestMethod.GET, RequestMethod.HEAD, RequestMethod.OPTIONS, RequestMethod.TRACE);

  private final Api api;
  private final RequestMappingHandlerMapping handlers;

  KeyedCallsIT(
      @LocalServerPort int port,
      @Autowired RequestMappingHandlerMapping requestMappingHandlerMapping) {
    this.api = new Api(port);
    this.handlers = requestMappingHandlerMapping;
  }

  @Test
  void everyCall_keepsItsAnswerOrRefusesTheKey() {
    Set<String> kept = new TreeSet<>();
    Set<String> refused = new TreeSet<>();
    handlers
        .getHandlerMethods()
        .forEach(
            (info, method) -> {
              if (method.getBeanType().getPackage() == KeyedCalls.class.getPackage()) {
                for (String call : writesOf(info)) {
                  if (method.hasMethodAnnotation(OnceUnderKey.class)) {
                    kept.add(call);
                  } else {
                    requireRefusal(call, info);
                    refused.add(call);
                  }
                }
              }
            });
    assertThat(kept)
        .containsExactly(
            "DELETE /v1/kv",
            "DELETE /v1/kv-b64",
            "DELETE /v1/kv-b64/**",
            "DELETE /v1/kv/**",
            "POST /v1/batch",
            "POST /v1/transactions/{id}/commit",
            "POST /v1/txn",
            "PUT /v1/kv",
            "PUT /v1/kv-b64",
            "PUT /v1/kv-b64/**",
            "PUT /v1/kv/**");
    assertThat(refused)
        .contains(
            "POST /v1/admin/checkpoints",
            "POST /v1/admin/checkpoints/{id}/restore",
            "POST /v1/admin/flush",
            "POST /v1/bulk",
            "POST /v1/transactions/{id}/rollback");
  }

  private static Set<String> writesOf(RequestMappingInfo info) {
    Set<String> calls = new TreeSet<>();
    for (RequestMethod method : info.getMethodsCondition().getMethods()) {
      if (!READS.contains(method)) {
        info.getPatternValues().forEach(pattern -> calls.add(method + " " + pattern));
      }
    }
    return calls;
  }

  private void requireRefusal(String call, RequestMappingInfo info) {
    String[] parts = call.split(" ", -1);
    String path = parts[1].replace("{id}", "unknown").replace("**", "k");
    var consumed = info.getConsumesCondition().getConsumableMediaTypes();
    String type = consumed.isEmpty() ? "text/plain" : consumed.iterator().next().toString();
    Answer answer =
        api.send(parts[0], path, "{}", "Content-Type", type, "Idempotency-Key", "retry-1");
    assertThat(answer.status()).as("%s: %s", call, answer.body()).isEqualTo(400);
    assertThat(answer.json().get("field").asString()).as(call).isEqualTo("Idempotency-Key");
  }

  @Test
  void checkpoint_underAKey_isNotMade() {
    int before = api.get("/v1/admin/checkpoints").json().get("checkpoints").size();
    for (int i = 0; i < 2; i++) {
      Answer answer = api.send("POST", "/v1/admin/checkpoints", "", "Idempotency-Key", "twice");
      assertThat(answer.status()).isEqualTo(400);
    }
    assertThat(api.get("/v1/admin/checkpoints").json().get("checkpoints")).hasSize(before);
  }

  @Test
  void actuator_refusesAKeyOnWhatIsNoRead() {
    Answer answer = api.send("POST", "/actuator/info", "{}", "Idempotency-Key", "k");
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(api.send("GET", "/actuator/info", "", "Idempotency-Key", "k").status())
        .isEqualTo(200);
  }
}
