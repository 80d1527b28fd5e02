package io.varve.helm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script of the CronJob, run by bash against a {@code curl} that notes what it is told. */
final class CheckpointScriptTest {
  private static final long PATIENCE_SECONDS = 30;

  private static final String CHECKPOINTS =
      """
      {"checkpoints":[\
      {"id":"20261103T031500Z-r30","revision":30,"origin":"MANUAL","storeId":"a"},\
      {"id":"20261101T031500Z-r10","revision":10,"origin":"MANUAL","storeId":"a"},\
      {"id":"20261102T120000Z-r15","revision":15,"origin":"SCHEDULED","storeId":"a"},\
      {"id":"20261102T031500Z-r20","revision":20,"origin":"MANUAL","storeId":"a"}]}\
      """;

  private static final String CURL =
      """
      #!/usr/bin/env bash
      echo "$* < $(cat)" >> "$CALLS"
      [[ "$*" == *GET* ]] && cat "$LISTED"
      exit "${EXIT:-0}"
      """;

  @TempDir private Path dir;

  @Test
  void run_makesACheckpoint_andDeletesTheOldestOfThoseMadeByHand() throws Exception {
    List<String> calls = run(0, Map.of("KEEP", "2", "VARVE_TOKEN", "secret"));
    assertThat(calls)
        .extracting(call -> call.replaceAll(".*--request ", "").replaceAll(" <.*", ""))
        .containsExactly(
            "POST http://varve/v1/admin/checkpoints",
            "GET http://varve/v1/admin/checkpoints",
            "DELETE http://varve/v1/admin/checkpoints/20261101T031500Z-r10");
  }

  /** Arguments of a process can be read by others. */
  @Test
  void token_isNoArgument() throws Exception {
    List<String> calls = run(0, Map.of("KEEP", "0", "VARVE_TOKEN", "secret"));
    assertThat(calls)
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call).endsWith("< header = \"Authorization: Bearer secret\"");
              assertThat(call.substring(0, call.indexOf('<'))).doesNotContain("secret");
            });
  }

  @Test
  void optionsOfCurl_areWords_andNoTokenIsNoHeader() throws Exception {
    List<String> calls =
        run(0, Map.of("KEEP", "0", "VARVE_CURL_OPTIONS", "--cacert /etc/varve-ca/ca.crt"));
    assertThat(calls)
        .singleElement()
        .asString()
        .contains("--fail-with-body --cacert /etc/varve-ca/ca.crt --request POST")
        .endsWith("< ");
  }

  @Test
  void failure_failsTheJob_andDeletesNothing() throws Exception {
    assertThat(run(22, Map.of("KEEP", "1", "EXIT", "22"))).hasSize(1);
  }

  private List<String> run(int exit, Map<String, String> environment)
      throws IOException, InterruptedException {
    Node container =
        Chart.render("ci/everything-values.yaml").only("CronJob").containers().getFirst();
    List<String> command = new ArrayList<>();
    container.at("command").items().forEach(word -> command.add(word.text()));
    container.at("args").items().forEach(word -> command.add(word.text()));
    Path curl = Files.writeString(dir.resolve("curl"), CURL);
    assertThat(curl.toFile().setExecutable(true)).isTrue();
    Path calls = Files.writeString(dir.resolve("calls"), "");
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(dir.resolve("output").toFile());
    Map<String, String> variables = builder.environment();
    variables.put("PATH", dir + ":" + variables.get("PATH"));
    variables.put("CALLS", calls.toString());
    variables.put("LISTED", Files.writeString(dir.resolve("listed"), CHECKPOINTS).toString());
    variables.put("VARVE_URL", "http://varve");
    variables.putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(dir.resolve("output"), StandardCharsets.UTF_8))
        .isEqualTo(exit);
    return Files.readAllLines(calls);
  }
}
