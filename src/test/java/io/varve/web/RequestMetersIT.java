package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Requests are counted, and nothing that a client chooses becomes a tag. */
@VarveServer
final class RequestMetersIT {
  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /v1/txn, '{}', POST, /v1/txn, 200",
    "POST, /v1/txn, '[]', POST, /v1/txn, 400",
    "GET, /v1/kv/secret, '', GET, /v1/kv/**, 404",
    "GET, /v1/secret, '', GET, UNKNOWN, 404",
    "SECRET, /v1/txn, '', UNKNOWN, UNKNOWN, 405"
  })
  void request_isCounted(
      String method, String path, String body, String methodTag, String uriTag, int status) {
    String meter =
        "http_server_requests_seconds_count{method=\"METHOD\",status=\"STATUS\",uri=\"URI\"}"
            .replace("METHOD", methodTag)
            .replace("STATUS", Integer.toString(status))
            .replace("URI", uriTag);
    double before = read(meter);
    Api.Answer answer = api.send(method, path, body, "Content-Type", "application/json");
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    // The answer is sent a moment before it is counted.
    await().untilAsserted(() -> assertThat(read(meter)).isEqualTo(before + 1));
    assertThat(metrics()).doesNotContainIgnoringCase("secret");
  }

  @Test
  void active_countsTheRequestThatAsks() {
    assertThat(read("http_server_requests_active")).isPositive();
  }

  private double read(String meter) {
    return metrics()
        .lines()
        .filter(line -> line.startsWith(meter))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElse(0);
  }

  private String metrics() {
    return api.get("/actuator/prometheus").body();
  }
}
