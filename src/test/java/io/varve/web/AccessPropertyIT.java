package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.access.Action;
import io.varve.access.Grant;
import io.varve.access.Principal;
import io.varve.access.Role;
import io.varve.authentication.KnownToken;
import io.varve.authentication.KnownTokens;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.web.AccessRequests.Draft;
import io.varve.web.AccessRequests.Need;
import io.varve.web.Api.Answer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Random grants and random requests of every shape: a request is let through exactly when each of
 * its operations is granted, and one that is not changes nothing and tells nothing.
 */
@VarveServer
@ContextConfiguration(initializers = {EmptyStore.class, GateProbe.TokensNeeded.class})
@DirtiesContext // its tokens are not those of the others
final class AccessPropertyIT {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int CALLERS = 25;
  private static final int REQUESTS = 30;
  private static final String OWNER = "everything";
  private static final String CALLER = "some-things";
  private static final String OTHER = "same-things";
  private static final Key FIRST_KEY = Key.copyOf(new byte[] {0});

  private final Api api;
  private final KnownTokens tokens;
  private List<Grant> grants = List.of();

  AccessPropertyIT(@LocalServerPort int port, @Autowired KnownTokens tokens) {
    api = new Api(port);
    this.tokens = tokens;
  }

  private void grant(List<Grant> given) {
    grants = given;
    tokens.replace(
        List.of(
            token(OWNER, Arrays.stream(Role.values()).map(Grant::everywhere).toList()),
            token(CALLER, given),
            token(OTHER, given)));
  }

  private static KnownToken token(String name, List<Grant> given) {
    byte[] hash = HexFormat.of().parseHex(GateProbe.sha256(name));
    return new KnownToken(hash, new Principal("token:" + name, name, given), null);
  }

  @BeforeEach
  void everybodyMayDoEverything() {
    grant(Arrays.stream(Role.values()).map(Grant::everywhere).toList());
  }

  private Answer send(String token, Draft draft) {
    List<String> headers = new ArrayList<>(List.of("Authorization", "Bearer " + token));
    if (!draft.contentType().isEmpty()) {
      headers.addAll(List.of(draft.isRead() ? "Accept" : "Content-Type", draft.contentType()));
    }
    return api.send(draft.method(), draft.path(), draft.body(), headers.toArray(String[]::new));
  }

  private Answer get(String token, String path) {
    return api.get(path, "Authorization", "Bearer " + token);
  }

  private Answer post(String token, String path, String json, String... headers) {
    List<String> all =
        new ArrayList<>(
            List.of("Authorization", "Bearer " + token, "Content-Type", "application/json"));
    all.addAll(List.of(headers));
    return api.send("POST", path, json, all.toArray(String[]::new));
  }

  // The grants once more, key by key, as simple as can be.

  private boolean mayAll(List<Need> needs) {
    return needs.stream().allMatch(this::may);
  }

  private boolean may(Need need) {
    List<KeyRange> granted =
        grants.stream()
            .filter(grant -> includes(grant.role(), need.action()))
            .flatMap(grant -> grant.ranges().stream())
            .toList();
    KeyRange range = need.range();
    if (range == null || range.isEmpty()) {
      return !granted.isEmpty();
    }
    // What is not granted begins where the range does, or where something granted ends.
    List<Key> points = new ArrayList<>();
    points.add(range.start() == null ? FIRST_KEY : range.start());
    granted.stream().map(KeyRange::end).filter(end -> end != null).forEach(points::add);
    boolean isOpen = range.end() == null;
    return points.stream()
            .filter(range::contains)
            .allMatch(point -> granted.stream().anyMatch(each -> each.contains(point)))
        && (!isOpen || granted.stream().anyMatch(each -> each.end() == null));
  }

  private static boolean includes(Role role, Action action) {
    return switch (role) {
      case READER -> action == Action.READ;
      case WRITER -> action == Action.READ || action == Action.WRITE;
      case ADMIN -> action == Action.ADMINISTER || action == Action.OBSERVE;
      case METRICS -> action == Action.OBSERVE;
    };
  }

  private boolean mayUse(Action action, String key) {
    return may(new Need(action, KeyRange.single(Key.of(key))));
  }

  private static List<Grant> randomGrants(Random random, AccessRequests requests) {
    List<Grant> given = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      Role role = List.of(Role.values()).get(random.nextInt(Role.values().length));
      if (!role.isOfKeys() || random.nextInt(8) == 0) {
        given.add(Grant.everywhere(role));
      } else {
        List<Key> prefixes = new ArrayList<>();
        for (int j = random.nextInt(3); j >= 0; j--) {
          prefixes.add(Key.of(requests.prefix()));
        }
        given.add(Grant.below(role, prefixes));
      }
    }
    return given;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void request_isLetThroughExactlyWhenEachOperationIsGranted(long seed) {
    Random random = new Random(seed);
    AccessRequests requests = new AccessRequests(random);
    int refused = 0;
    int allowed = 0;
    for (int i = 0; i < CALLERS; i++) {
      grant(randomGrants(random, requests));
      for (int j = 0; j < REQUESTS; j++) {
        if (j % 10 == 0) {
          flip(AccessRequests.keys(), random);
        }
        if (check(requests.next())) {
          allowed++;
        } else {
          refused++;
        }
      }
      checkTransaction(random, requests);
    }
    assertThat(allowed).as("allowed").isGreaterThan(CALLERS * REQUESTS / 10);
    assertThat(refused).as("refused").isGreaterThan(CALLERS * REQUESTS / 10);
  }

  /** Sends a request and looks at everything that came of it; whether it was let through. */
  private boolean check(Draft draft) {
    String what = draft + " with " + grants;
    Map<String, String> before = state();
    Answer answer = send(CALLER, draft);
    Map<String, String> after = state();
    boolean isAllowed = mayAll(draft.needs());
    assertThat(!isRefused(answer)).as(what + ": " + answer.body()).isEqualTo(isAllowed);
    if (isAllowed) {
      assertThat(answer.status()).as(what + ": " + answer.body()).isIn(200, 201, 404, 410);
      assertThat(others(after)).as(what).isEqualTo(others(before));
      assertTellsOnlyWhatIsReadable(what, answer);
    } else {
      assertThat(after).as(what).isEqualTo(before);
    }
    if (!isAllowed || draft.isRead()) {
      assertNothingShowsThrough(what, draft, isAllowed);
    }
    return isAllowed;
  }

  /** Whatever the keys hold that the caller may not read, he is told the same. */
  private void assertNothingShowsThrough(String what, Draft draft, boolean isAllowed) {
    List<String> hidden =
        AccessRequests.keys().stream()
            .filter(key -> !isAllowed || !mayUse(Action.READ, key))
            .toList();
    if (hidden.isEmpty() || draft.path().startsWith("/v1/status")) {
      return;
    }
    Answer before = send(CALLER, draft);
    flip(hidden, null);
    Answer after = send(CALLER, draft);
    assertThat(withoutRevision(after)).as(what).isEqualTo(withoutRevision(before));
    assertThat(after.status()).as(what).isEqualTo(before.status());
    assertThat(after.headers().map().keySet()).as(what).isEqualTo(before.headers().map().keySet());
  }

  /** That of the whole store is no secret: the headers of every answer tell it. */
  private static String withoutRevision(Answer answer) {
    if (answer.header("Content-Type").startsWith("application/x-ndjson")
        || !answer.body().startsWith("{")) {
      return answer.body();
    }
    ObjectNode json = (ObjectNode) answer.json();
    if (json.has("entries") || json.path("code").asString("").equals("KEY_NOT_FOUND")) {
      json.remove("revision");
    }
    // "Key a is not there at revision 7."
    return json.toString().replaceAll(" revision [0-9]+", "");
  }

  private static boolean isRefused(Answer answer) {
    return answer.status() == 403
        || (answer.status() == 200
            && answer.body().contains("\"code\":\"FORBIDDEN\"")); // at a line of a bulk load
  }

  private Map<String, String> others(Map<String, String> entries) {
    Map<String, String> others = new TreeMap<>(entries);
    others.keySet().removeIf(key -> mayUse(Action.WRITE, key));
    return others;
  }

  private void assertTellsOnlyWhatIsReadable(String what, Answer answer) {
    for (String line : answer.body().split("\n", -1)) {
      if (line.startsWith("{")) {
        JsonNode json = JSON.readTree(line);
        json.findValues("key")
            .forEach(
                key ->
                    assertThat(mayUse(Action.READ, key.asString()))
                        .as(what + ": " + line)
                        .isTrue());
      }
    }
  }

  /** All entries, each with its revision. */
  private Map<String, String> state() {
    Map<String, String> state = new TreeMap<>();
    get(OWNER, "/v1/entries?limit=1000")
        .json()
        .get("entries")
        .forEach(entry -> state.put(entry.get("key").asString(), entry.toString()));
    return state;
  }

  /** Deletes the keys that are there and writes those that are not; or each at random. */
  private void flip(List<String> keys, @Nullable Random random) {
    Map<String, String> state = state();
    String operations =
        keys.stream()
            .map(
                key ->
                    (random == null ? state.containsKey(key) : random.nextBoolean())
                        ? "{\"delete\":{\"key\":\"" + key + "\"}}"
                        : "{\"put\":{\"key\":\"" + key + "\",\"value\":\"v1\"}}")
            .collect(Collectors.joining(",", "{\"operations\":[", "]}"));
    assertThat(post(OWNER, "/v1/batch", operations).status()).isEqualTo(200);
  }

  /** The same within a transaction, whose commit brings what was allowed and nothing else. */
  private void checkTransaction(Random random, AccessRequests requests) {
    Answer begun =
        post(CALLER, "/v1/transactions", "{\"isolation\":\"SNAPSHOT\",\"timeout\":\"PT2M\"}");
    boolean mayRead = may(new Need(Action.READ, null));
    assertThat(begun.status()).isEqualTo(mayRead ? 201 : 403);
    if (!mayRead) {
      return;
    }
    String path = "/v1/transactions/" + begun.json().get("id").asString();
    Map<String, String> before = state();
    for (int i = 0; i < 8; i++) {
      Draft draft = requests.inTransaction(path);
      String what = draft + " with " + grants;
      Answer answer = send(CALLER, draft);
      boolean isAllowed = mayAll(draft.needs());
      assertThat(answer.status() != 403).as(what + ": " + answer.body()).isEqualTo(isAllowed);
      if (isAllowed) {
        assertTellsOnlyWhatIsReadable(what, answer);
      }
      assertThat(state()).as(what).isEqualTo(before);
    }
    assertThat(get(OTHER, path).status()).isEqualTo(404);
    assertThat(post(OTHER, path + "/commit", "").status()).isEqualTo(404);
    if (random.nextBoolean()) {
      assertGrantIsNeededToCommit(path);
    }
    assertThat(post(CALLER, path + "/commit", "").status()).isEqualTo(200);
    assertThat(others(state())).isEqualTo(others(before));
    assertThat(get(OTHER, path).status()).isEqualTo(404);
  }

  /** A grant that is taken away after the write. */
  private void assertGrantIsNeededToCommit(String path) {
    List<String> writable =
        AccessRequests.keys().stream().filter(key -> mayUse(Action.WRITE, key)).toList();
    if (writable.isEmpty()) {
      return;
    }
    Draft put = new Draft("PUT", path + "/kv/" + writable.getFirst(), "v", "text/plain", List.of());
    assertThat(send(CALLER, put).status()).isEqualTo(202);
    Map<String, String> before = state();
    List<Grant> had = grants;
    grant(List.of(Grant.everywhere(Role.READER)));
    assertThat(post(CALLER, path + "/commit", "").status()).isEqualTo(403);
    assertThat(state()).isEqualTo(before);
    grant(had);
  }

  @Test
  void pageToken_isOfHimWhoGotIt() {
    flip(AccessRequests.keys(), new Random(1));
    String token =
        get(CALLER, "/v1/entries?prefix=a&limit=1").json().get("nextPageToken").asString();
    String page = "/v1/entries?pageToken=" + token;
    assertThat(get(CALLER, page).status()).isEqualTo(200);
    assertThat(get(OTHER, page).json().get("code").asString()).isEqualTo("INVALID_PAGE_TOKEN");
    assertThat(get(OWNER, page).json().get("code").asString()).isEqualTo("INVALID_PAGE_TOKEN");
    grant(List.of(Grant.below(Role.READER, List.of(Key.of("b")))));
    assertThat(get(CALLER, page).status()).as("the grant is gone").isEqualTo(403);
  }

  @Test
  void idempotencyKey_isOfHimWhoSentIt() {
    String add = "{\"success\":[{\"add\":{\"key\":\"counter\",\"delta\":1}}]}";
    assertThat(post(CALLER, "/v1/txn", add, "Idempotency-Key", "k").body()).contains("\"value\":1");
    Answer again = post(CALLER, "/v1/txn", add, "Idempotency-Key", "k");
    assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
    assertThat(again.body()).contains("\"value\":1");
    Answer others = post(OTHER, "/v1/txn", add, "Idempotency-Key", "k");
    assertThat(others.header("Idempotency-Replayed")).isEmpty();
    assertThat(others.body()).contains("\"value\":2");
    grant(List.of(Grant.everywhere(Role.READER)));
    assertThat(post(CALLER, "/v1/txn", add, "Idempotency-Key", "k").status())
        .as("a kept answer needs the grant too")
        .isEqualTo(403);
  }
}
