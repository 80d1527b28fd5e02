package io.varve.web;

import io.varve.access.Action;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes sound requests of every shape, and says what each takes. For one thread. */
final class AccessRequests {
  private static final String JSON = "application/json";
  private static final List<String> LETTERS = List.of("a", "b/", "c");

  private final Random random;

  AccessRequests(Random random) {
    this.random = random;
  }

  /**
   * What has to be granted.
   *
   * @param range the keys, or null where any will do
   */
  record Need(Action action, @Nullable KeyRange range) {}

  /** A request; {@code needs} are all that it takes. */
  record Draft(String method, String path, String body, String contentType, List<Need> needs) {
    boolean isRead() {
      return method.equals("GET");
    }

    @Override
    public String toString() {
      return method + " " + path + " " + body + " needs " + needs;
    }
  }

  /** An operation in JSON. */
  private record Part(String json, Need need) {}

  /** All keys that requests are about. */
  static List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (String one : LETTERS) {
      keys.add(one);
      for (String two : LETTERS) {
        keys.add(one + two);
        LETTERS.forEach(three -> keys.add(one + two + three));
      }
    }
    return keys;
  }

  /** A prefix that some of the keys have. */
  String prefix() {
    return random.nextBoolean() ? letter() : letter() + letter();
  }

  private String letter() {
    return LETTERS.get(random.nextInt(LETTERS.size()));
  }

  private String key() {
    return random.nextBoolean() ? prefix() : prefix() + letter();
  }

  /** A request that is whole in itself. */
  Draft next() {
    return switch (random.nextInt(16)) {
      case 0, 1 -> onKey("/v1");
      case 2, 3, 4 -> scan("/v1", random.nextInt(4) == 0 ? "application/x-ndjson" : JSON);
      case 5 -> history();
      case 6, 7, 8, 9 -> transaction();
      case 10, 11 -> batch();
      case 12, 13 -> bulk();
      case 14 ->
          get(
              "/v1/revisions/" + (1 + random.nextInt(5)),
              JSON,
              List.of(new Need(Action.READ, null)));
      default -> service();
    };
  }

  /** A request within the open transaction at {@code path}. */
  Draft inTransaction(String path) {
    return switch (random.nextInt(5)) {
      case 0, 1 -> onKey(path);
      case 2 -> scan(path, JSON);
      default -> {
        List<Part> parts = parts(this::operation);
        yield post(path + "/operations", "{\"operations\":" + list(parts) + "}", needs(parts));
      }
    };
  }

  private Draft service() {
    Need admin = new Need(Action.ADMINISTER, KeyRange.ALL);
    return switch (random.nextInt(5)) {
      case 0 -> get("/v1/status", JSON, List.of(new Need(Action.OBSERVE, KeyRange.ALL)));
      case 1 -> get("/v1/limits", JSON, List.of());
      case 2 -> get("/v1/admin/holds", JSON, List.of(admin));
      case 3 -> get("/v1/admin/checkpoints", JSON, List.of(admin));
      default -> post("/v1/admin/prune", "{\"dryRun\":true}", List.of(admin));
    };
  }

  private Draft onKey(String base) {
    String key = key();
    String inPath = random.nextBoolean() ? key.replace("/", "%2F") : key;
    String path = base + "/kv/" + inPath;
    Need write = new Need(Action.WRITE, single(key));
    return switch (random.nextInt(4)) {
      case 0 -> new Draft("PUT", path, "v" + random.nextInt(100), "text/plain", List.of(write));
      case 1 -> new Draft("DELETE", path, "", "", List.of(write));
      default -> get(path, JSON, List.of(new Need(Action.READ, single(key))));
    };
  }

  private Draft history() {
    String key = key();
    return get("/v1/history?key=" + key, JSON, List.of(new Need(Action.READ, single(key))));
  }

  private Draft scan(String base, String accept) {
    String query = "?reverse=" + (accept.equals(JSON) && random.nextBoolean());
    KeyRange range;
    switch (random.nextInt(4)) {
      case 0 -> range = KeyRange.ALL;
      case 1 -> {
        String from = key();
        String to = from + letter();
        query += "&start=" + from + "&end=" + to;
        range = new KeyRange(Key.of(from), Key.of(to));
      }
      default -> {
        String prefix = prefix();
        query += "&prefix=" + prefix;
        range = KeyRange.prefix(Key.of(prefix));
      }
    }
    return get(base + "/entries" + query, accept, List.of(new Need(Action.READ, range)));
  }

  private Draft transaction() {
    List<Part> compare = parts(this::condition);
    List<Part> success = parts(this::operation);
    List<Part> failure = parts(this::operation);
    List<Need> needs = new ArrayList<>(needs(compare));
    needs.addAll(needs(success));
    needs.addAll(needs(failure));
    return post(
        "/v1/txn",
        "{\"compare\":%s,\"success\":%s,\"failure\":%s}"
            .formatted(list(compare), list(success), list(failure)),
        needs);
  }

  private Draft batch() {
    List<Part> parts = parts(this::write);
    return post("/v1/batch", "{\"operations\":" + list(parts) + "}", needs(parts));
  }

  private Draft bulk() {
    List<Part> parts = parts(this::write);
    List<Need> needs = new ArrayList<>(needs(parts));
    needs.add(new Need(Action.WRITE, null));
    String lines = parts.stream().map(Part::json).collect(Collectors.joining("\n"));
    return new Draft("POST", "/v1/bulk", lines, "application/x-ndjson", needs);
  }

  private List<Part> parts(Supplier<Part> part) {
    List<Part> parts = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      parts.add(part.get());
    }
    return parts;
  }

  private Part condition() {
    String key = key();
    String test =
        switch (random.nextInt(3)) {
          case 0 -> "\"exists\":" + random.nextBoolean();
          case 1 -> "\"revision\":{\"gt\":" + random.nextInt(10) + "}";
          default -> "\"value\":{\"eq\":\"v1\"}";
        };
    return new Part("{\"key\":\"" + key + "\"," + test + "}", new Need(Action.READ, single(key)));
  }

  private Part operation() {
    String key = key();
    return switch (random.nextInt(4)) {
      case 0 -> new Part("{\"get\":{\"key\":\"" + key + "\"}}", new Need(Action.READ, single(key)));
      case 1 -> {
        String prefix = prefix();
        yield new Part(
            "{\"scan\":{\"prefix\":\"" + prefix + "\"}}",
            new Need(Action.READ, KeyRange.prefix(Key.of(prefix))));
      }
      default -> write();
    };
  }

  private Part write() {
    String key = key();
    String json =
        random.nextInt(3) == 0
            ? "{\"delete\":{\"key\":\"%s\"}}".formatted(key)
            : "{\"put\":{\"key\":\"%s\",\"value\":\"v%s\"}}"
                .formatted(key, Integer.toString(random.nextInt(100)));
    return new Part(json, new Need(Action.WRITE, single(key)));
  }

  private static KeyRange single(String key) {
    return KeyRange.single(Key.of(key));
  }

  private static Draft get(String path, String accept, List<Need> needs) {
    return new Draft("GET", path, "", accept, needs);
  }

  private static Draft post(String path, String body, List<Need> needs) {
    return new Draft("POST", path, body, JSON, needs);
  }

  private static List<Need> needs(List<Part> parts) {
    return parts.stream().map(Part::need).toList();
  }

  private static String list(List<Part> parts) {
    return parts.stream().map(Part::json).collect(Collectors.joining(",", "[", "]"));
  }
}
