package io.varve.web;

import static io.varve.web.Api.assertJson;
import static io.varve.web.Api.assertProblem;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.Api.Answer;
import io.varve.web.Api.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Transactions in one request. */
@VarveServer
final class TxnIT {
  @LocalServerPort private int port;
  private Api api = new Api(0);

  @BeforeEach
  void connect() {
    api = new Api(port);
  }

  @Test
  void operations_seeTheWritesBeforeThem() {
    long old = api.put("/v1/kv/t/old", "0", "Content-Type", "text/plain").revision();
    Answer txn =
        api.txn(
            """
            {"compare":[{"key":"t/new","exists":false}],
             "success":[
               {"put":{"key":"t/new","value":"1","contentType":"text/x"}},
               {"get":{"key":"t/new"}},
               {"get":{"key":"t/absent"}},
               {"add":{"key":"t/n","delta":5}},
               {"add":{"key":"t/n","delta":-7}},
               {"delete":{"key":"t/old"}},
               {"delete":{"key":"t/absent"}},
               {"put":{"key":"t/other","value":{"base64":"/w=="}}},
               {"scan":{"prefix":"t/","limit":2}},
               {"scan":{"start":"t/n","end":"t/p","reverse":true,"keysOnly":true}}],
             "failure":[{"get":{"key":"t/old"}}],
             "label":"billing"}
            """);
    long revision = txn.revision();
    assertThat(revision).isGreaterThan(old);
    assertJson(
        txn,
        200,
        ("{'succeeded':true,'revision':@,'durableRevision':@,'results':[{'put':{'revision':@}},"
             + "{'get':{'entry':{'key':'t/new','value':'1','contentType':'text/x','revision':@}}},"
             + "{'get':{'entry':null}},{'add':{'value':5,'text':'5'}},{'add':{'value':-2,'text':'-2'}},"
             + "{'delete':{'deleted':true}},{'delete':{'deleted':false}},{'put':{'revision':@}},"
             + "{'scan':{'entries':[{'key':'t/n','value':'-2','revision':@},"
             + "{'key':'t/new','value':'1','contentType':'text/x','revision':@}],'more':true}},"
             + "{'scan':{'entries':[{'key':'t/other','revision':@},{'key':'t/new','revision':@},"
             + "{'key':'t/n','revision':@}]}}]}")
            .replace('\'', '"')
            .replace("@", Long.toString(revision)));
    assertThat(api.get("/v1/kv/t/n").body()).isEqualTo("-2");
    assertThat(api.get("/v1/kv/t/old").status()).isEqualTo(404);
  }

  @Test
  void failedCompare_doesTheOtherList() {
    long revision = api.put("/v1/kv/cmp", "x").revision();
    Answer txn =
        api.txn(
            """
            {"compare":[{"key":"cmp","exists":true},{"key":"cmp","exists":false}],
             "success":[{"put":{"key":"cmp","value":"y"}}],
             "failure":[{"get":{"key":"cmp"}}]}
            """);
    assertJson(
        txn,
        200,
        "{\"succeeded\":false,\"revision\":"
            + txn.revision()
            + ",\"durableRevision\":"
            + txn.revision()
            + ",\"results\":[{\"get\":{\"entry\":{\"key\":\"cmp\",\"value\":\"x\",\"revision\":"
            + revision
            + "}}}]}");
    assertThat(txn.revision()).as("a list with no write makes no revision").isEqualTo(revision);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'key':'c/k','exists':true} | true",
        "{'key':'c/k','exists':false} | false",
        "{'key':'c/absent','exists':false} | true",
        "{'key':'c/k','value':{'eq':'m'}} | true",
        "{'key':'c/k','value':{'eq':{'base64':'bQ=='}}} | true",
        "{'key':'c/k','value':{'ne':'m'}} | false",
        "{'key':'c/k','value':{'lt':'n'}} | true",
        "{'key':'c/k','value':{'le':'m'}} | true",
        "{'key':'c/k','value':{'gt':'m'}} | false",
        "{'key':'c/k','value':{'ge':'m'}} | true",
        "{'key':'c/k','value':{'lt':'é'}} | true",
        "{'key':'c/absent','value':{'eq':''}} | false",
        "{'key':'c/absent','value':{'ne':'m'}} | true",
        "{'key':'c/absent','revision':{'eq':0}} | true",
        "{'key':'c/k','revision':{'eq':REV}} | true",
        "{'key':'c/k','revision':{'ne':REV}} | false",
        "{'key':'c/k','revision':{'lt':REV}} | false",
        "{'key':'c/k','revision':{'le':REV}} | true",
        "{'key':'c/k','revision':{'gt':0}} | true",
        "{'key':'c/k','revision':{'ge':REV}} | true"
      })
  void compare_decides(String compare, boolean expected) {
    long revision = api.put("/v1/kv/c/k", "m").revision();
    String condition = compare.replace('\'', '"').replace("REV", Long.toString(revision));
    Answer txn = api.txn("{\"compare\":[" + condition + "]}");
    assertThat(txn.status()).as(txn.body()).isEqualTo(200);
    assertThat(txn.json().get("succeeded").asBoolean()).isEqualTo(expected);
  }

  @Test
  void nothing_makesNoRevision() {
    long revision = api.put("/v1/kv/some", "v").revision();
    assertJson(
        api.txn("{}"),
        200,
        "{\"succeeded\":true,\"revision\":"
            + revision
            + ",\"durableRevision\":"
            + revision
            + ",\"results\":[]}");
  }

  @Test
  void add_onText_isNotANumber() {
    api.put("/v1/kv/word", "secret");
    Answer txn = api.txn("{\"success\":[{\"add\":{\"key\":\"word\",\"delta\":1}}]}");
    assertProblem(
        txn,
        Problem.of(
                400,
                "NOT_A_NUMBER",
                "Value is not a decimal integer",
                "Key word does not hold a decimal integer.",
                "/v1/txn")
            .with("\"key\":\"word\""));
  }

  @Test
  void add_overflow_changesNothing() {
    api.put("/v1/kv/max", Long.toString(Long.MAX_VALUE));
    Answer txn =
        api.txn(
            "{\"success\":[{\"put\":{\"key\":\"side\",\"value\":\"v\"}},"
                + "{\"add\":{\"key\":\"max\",\"delta\":1}}]}");
    assertThat(txn.status()).isEqualTo(400);
    assertThat(txn.json().get("detail").asString())
        .isEqualTo("Key max plus this delta does not fit 64 bits.");
    assertThat(api.get("/v1/kv/max").body()).isEqualTo(Long.toString(Long.MAX_VALUE));
    assertThat(api.get("/v1/kv/side").status()).isEqualTo(404);
  }

  @Test
  void add_fromManyClients_losesNothing() throws Exception {
    int clients = 8;
    int additions = 25;
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int client = 0; client < clients; client++) {
        running.add(
            executor.submit(
                () -> {
                  for (int i = 0; i < additions; i++) {
                    Answer txn = api.txn("{\"success\":[{\"add\":{\"key\":\"sum\",\"delta\":1}}]}");
                    assertThat(txn.status()).as(txn.body()).isEqualTo(200);
                  }
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
    assertThat(api.get("/v1/kv/sum").body()).isEqualTo(Integer.toString(clients * additions));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'succes':[]} | succes | There is no such field here.",
        "{'success':[{'put':{'key':'a','value':'x','ttl':1}}]} | success[0].put.ttl | There is no"
            + " such field here.",
        "{'success':{}} | success | This must be an array.",
        "{'success':[5]} | success[0] | This must be an object.",
        "{'success':[null]} | success[0] | This must be an object.",
        "{'compare':[null]} | compare[0] | This must be an object.",
        "{'success':[{}]} | success[0] | Give exactly one of get, put, delete, scan and add.",
        "{'success':[{'get':{'key':'a'},'delete':{'key':'a'}}]} | success[0] | Give exactly one of"
            + " get, put, delete, scan and add.",
        "{'failure':[{'get':{}}]} | failure[0].get.key | This field is missing.",
        "{'success':[{'get':{'key':''}}]} | success[0].get.key | A key must have at least one"
            + " byte.",
        "{'success':[{'put':{'key':'a'}}]} | success[0].put.value | This field is missing.",
        "{'success':[{'put':{'key':'a','value':5}}]} | success[0].put.value | This must be a"
            + " string, or an object with the one field base64.",
        "{'success':[{'put':{'key':'a','value':{'base64':'*'}}}]} | success[0].put.value | This is"
            + " not base64.",
        "{'success':[{'put':{'key':'a','value':'\\ud800'}}]} | success[0].put.value | This string"
            + " has half of a surrogate pair.",
        "{'success':[{'put':{'key':'a','value':'v','contentType':'é'}}]} |"
            + " success[0].put.contentType | This must be at most 255 printable ASCII characters.",
        "{'success':[{'scan':{'prefix':'a','start':'b'}}]} | success[0].scan.prefix | Give prefix,"
            + " or start and end, not both.",
        "{'success':[{'scan':{'start':'b','end':'a'}}]} | success[0].scan.start | The range is"
            + " inverted: its start lies above its end. Swap the two.",
        "{'success':[{'scan':{'limit':0}}]} | success[0].scan.limit | This must be 1 to 10000.",
        "{'success':[{'add':{'key':'a'}}]} | success[0].add.delta | This field is missing.",
        "{'success':[{'add':{'key':'a','delta':'1'}}]} | success[0].add.delta | This must be an"
            + " integer of at most 64 bits.",
        "{'success':[{'add':{'key':'a','delta':1.5}}]} | success[0].add.delta | This must be an"
            + " integer of at most 64 bits.",
        "{'success':[{'add':{'key':'a','delta':9223372036854775808}}]} | success[0].add.delta |"
            + " This must be an integer of at most 64 bits.",
        "{'compare':[{'key':'a'}]} | compare[0] | Give exactly one of exists, revision and value.",
        "{'compare':[{'key':'a','exists':'true'}]} | compare[0].exists | This must be true or"
            + " false.",
        "{'compare':[{'key':'a','value':{'eq':'x','ne':'y'}}]} | compare[0].value | Give exactly"
            + " one of eq, ne, lt, le, gt and ge.",
        "{'compare':[{'key':'a','revision':{}}]} | compare[0].revision | Give exactly one of eq,"
            + " ne, lt, le, gt and ge.",
        "{'label':7} | label | This must be a string.",
        "[] | body | This must be an object.",
        "null | body | A JSON body is missing.",
        "'' | body | A JSON body is missing."
      })
  void badBody_namesTheField(String body, String field, String detail) {
    assertProblem(api.txn(body.replace('\'', '"')), Problem.malformed(field, detail, "/v1/txn"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'label':'secret' | 1, column 18",
        "{'label':'a','label':'secret'} | 1, column 21",
        "{} secret | 1, column 4",
        "{'label':secret} | 1, column 10"
      })
  void brokenJson_saysWhere(String body, String at) {
    Answer answer = api.txn(body.replace('\'', '"'));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).doesNotContain("secret").contains("line " + at);
    assertThat(answer.json().get("code").asString()).isEqualTo("MALFORMED_REQUEST");
  }

  @Test
  void longLabel_isRefused() {
    assertProblem(
        api.txn("{\"label\":\"" + "x".repeat(129) + "\"}"),
        Problem.malformed("label", "This must not be longer than 128 characters.", "/v1/txn"));
  }

  @Test
  void tooManyOperations_isTooLarge() {
    String gets = ",{\"get\":{\"key\":\"a\"}}".repeat(10_001).substring(1);
    assertProblem(
        api.txn("{\"success\":[" + gets + "]}"),
        Problem.of(
                413,
                "TRANSACTION_TOO_LARGE",
                "Transaction is too large",
                "The transaction is 10001 operations long; the limit is 10000.",
                "/v1/txn")
            .with("\"limit\":10000,\"actual\":10001"));
  }

  /** Content types with parameters go through Spring MVC, the plain one does not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'success':[{'get':{'key':'alike'}}],'failure':[]}",
        "{'success':[{'scan':{'prefix':'alike'}}]}",
        "{'label':5}",
        "{'success':[{'put':{'key':'alike'}}]}",
        "{'success':[",
        "{} {}",
        "[]",
        "null",
        " ",
        ""
      })
  void bothWays_answerAlike(String body) {
    String json = body.replace('\'', '"');
    Answer ordinary = api.txn(json);
    Answer other =
        api.send("POST", "/v1/txn", json, "Content-Type", "application/json;charset=UTF-8");
    assertThat(ordinary.body()).isEqualTo(other.body());
    assertThat(ordinary.status()).isEqualTo(other.status());
    for (String header : List.of("Content-Type", "Content-Length", "Varve-Store-Id", "ETag")) {
      assertThat(ordinary.header(header)).as(header).isEqualTo(other.header(header));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "application/json", "application/*;q=0.5", "text/html, */*;q=0.1"})
  void acceptThatAllowsJson_isServed(String accept) {
    Answer answer =
        api.send("POST", "/v1/txn", "{}", "Content-Type", "application/json", "Accept", accept);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void acceptWithoutJson_isRefused() {
    Answer answer =
        api.send("POST", "/v1/txn", "{}", "Content-Type", "application/json", "Accept", "text/csv");
    assertThat(answer.status()).isEqualTo(406);
  }

  @Test
  void body_mayComeInChunks() {
    byte[] body = "{\"success\":[{\"add\":{\"key\":\"chunks\",\"delta\":1}}]}".getBytes(UTF_8);
    Answer answer = api.sendChunked("POST", "/v1/txn", body, "Content-Type", "application/json");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }
}
