package io.varve.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the client writes. */
final class JsonBodyTest {
  private static final VarveKey NO_TEXT = VarveKey.of(new byte[] {(byte) 0xFF});

  private static void assertJson(byte[] body, String expected) {
    assertThat(new String(body, UTF_8)).isEqualTo(expected.replace('\'', '"'));
  }

  @Test
  void oneShot_hasAllItsParts() {
    VarveEntry entry = new VarveEntry(VarveKey.of("e"), VarveValue.text("1"), 7, "s");
    OneShot transaction =
        OneShot.when(
                Condition.exists("a"),
                Condition.absent("b"),
                Condition.revision("c", Comparison.LE, 3),
                Condition.value("d", Comparison.NE, "x"),
                Condition.unchanged(entry))
            .then(
                Operation.get("a"),
                Operation.put("b", "2"),
                new Operation.Put(NO_TEXT, VarveValue.of(new byte[] {(byte) 0xFE})),
                Operation.add("n", -1))
            .otherwise(
                Operation.delete("c"),
                Operation.scan(Scan.prefix("p/").pageSize(10)),
                Operation.scan(Scan.range(VarveKey.of("s"), null).reversed()))
            .labelled("billing");
    assertJson(
        JsonBody.of(transaction),
        "{'compare':[{'key':'a','exists':true},{'key':'b','exists':false},"
            + "{'key':'c','revision':{'le':3}},{'key':'d','value':{'ne':'x'}},"
            + "{'key':'e','revision':{'eq':7}}],"
            + "'success':[{'get':{'key':'a'}},"
            + "{'put':{'key':'b','value':'2','contentType':'text/plain;charset=UTF-8'}},"
            + "{'put':{'key':{'base64':'/w=='},'value':{'base64':'/g=='}}},"
            + "{'add':{'key':'n','delta':-1}}],"
            + "'failure':[{'delete':{'key':'c'}},{'scan':{'prefix':'p/','limit':10}},"
            + "{'scan':{'start':'s','reverse':true}}],"
            + "'label':'billing'}");
  }

  @Test
  void options_areLeftOutWhereTheServerChooses() {
    assertJson(JsonBody.of(TransactionOptions.DEFAULT), "{}");
    assertJson(
        JsonBody.of(
            TransactionOptions.DEFAULT
                .isolation(Isolation.SNAPSHOT)
                .timeout(Duration.ofSeconds(10))
                .labelled("x")),
        "{'isolation':'SNAPSHOT','timeout':'PT10S','label':'x'}");
    assertJson(JsonBody.of(TransactionOptions.readingAt(5)), "{'readOnly':true,'revision':5}");
    assertThatThrownBy(() -> new TransactionOptions(null, false, null, null, 5L))
        .hasMessageContaining("only reads");
  }

  @Test
  void operations_areAList() {
    assertJson(
        JsonBody.of(List.of(Operation.delete("a"))), "{'operations':[{'delete':{'key':'a'}}]}");
  }

  @Test
  void line_hasNoLineBreakWithin() {
    var lines = new ByteArrayOutputStream();
    JsonBody.line(Operation.put("a", VarveValue.text("x\ny").as("t")), lines);
    JsonBody.line(Operation.delete("b"), lines);
    assertJson(
        lines.toByteArray(),
        "{'put':{'key':'a','value':'x\\ny','contentType':'t'}}\n{'delete':{'key':'b'}}\n");
  }
}
