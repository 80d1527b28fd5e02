package io.varve.client;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what the server answers. What it does not know it passes over, so that the server may add
 * to its answers. Everything here throws {@link tools.jackson.core.JacksonException} or {@link
 * IllegalArgumentException} for what is missing or of another form.
 */
final class Json {
  /** The server decides how large an answer may be. */
  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
                  .build())
          .build();

  private static final String BASE64 = "base64";
  private static final String REVISION = "revision";
  private static final String DURABLE_REVISION = "durableRevision";

  private Json() {}

  static JsonNode parse(byte[] json) {
    return object(MAPPER.readTree(json));
  }

  static JsonNode parse(String json) {
    return object(MAPPER.readTree(json));
  }

  private static JsonNode object(JsonNode node) {
    if (!node.isObject()) {
      throw new IllegalArgumentException("not an object");
    }
    return node;
  }

  /** The member, or null where it is missing, or null itself. */
  private static @Nullable JsonNode optional(JsonNode object, String name) {
    JsonNode member = object.get(name);
    return member == null || member.isNull() ? null : member;
  }

  static long number(JsonNode object, String name) {
    return object.required(name).longValue();
  }

  static String text(JsonNode object, String name) {
    return object.required(name).stringValue();
  }

  private static String textOr(JsonNode object, String name, String otherwise) {
    JsonNode member = optional(object, name);
    return member == null ? otherwise : member.stringValue();
  }

  static boolean isTrue(JsonNode object, String name) {
    JsonNode member = optional(object, name);
    return member != null && member.booleanValue();
  }

  private static <T> List<T> list(JsonNode array, Function<JsonNode, T> item) {
    List<T> list = new ArrayList<>(array.size());
    for (JsonNode node : array) {
      list.add(item.apply(node));
    }
    return list;
  }

  private static byte[] bytes(JsonNode node) {
    return node.isObject()
        ? Base64.getDecoder().decode(text(node, BASE64))
        : Utf8.encode(node.stringValue());
  }

  private static VarveKey key(JsonNode object) {
    return VarveKey.of(bytes(object.required("key")));
  }

  private static VarveValue value(JsonNode object) {
    return VarveValue.wrap(
        bytes(object.required("value")), textOr(object, "contentType", VarveValue.OCTET_STREAM));
  }

  static VarveEntry entry(JsonNode entry, String storeId) {
    return new VarveEntry(key(entry), value(entry), number(entry, REVISION), storeId);
  }

  /**
   * A page of a scan.
   *
   * @param items entries or keys
   * @param next the token of the next page; null on the last
   */
  record Page<T>(List<T> items, @Nullable String next) {}

  static <T> Page<T> page(JsonNode page, Function<JsonNode, T> item) {
    JsonNode next = optional(page, "nextPageToken");
    return new Page<>(
        list(page.required("entries"), item), next == null ? null : next.stringValue());
  }

  /** The key of an entry that may have no value. */
  static VarveKey keyOfEntry(JsonNode entry) {
    return key(entry);
  }

  static PutResult put(JsonNode answer, String storeId) {
    return new PutResult(
        number(answer, REVISION), answer.required("created").booleanValue(), storeId);
  }

  static DeleteResult deleted(JsonNode answer) {
    return new DeleteResult(number(answer, REVISION), answer.required("deleted").booleanValue());
  }

  static KeyHistory history(JsonNode history) {
    return new KeyHistory(
        key(history), list(history.required("versions"), Json::version), isTrue(history, "more"));
  }

  private static VarveVersion version(JsonNode version) {
    return new VarveVersion(
        number(version, REVISION),
        isTrue(version, "deleted") ? null : value(version),
        Instant.parse(text(version, "time")));
  }

  static OneShotResult oneShot(JsonNode answer, String storeId) {
    return new OneShotResult(
        answer.required("succeeded").booleanValue(),
        number(answer, REVISION),
        number(answer, DURABLE_REVISION),
        results(answer, storeId));
  }

  static OperationResults results(JsonNode answer, String storeId) {
    return new OperationResults(
        list(answer.required("results"), result -> result(result, storeId)));
  }

  private static OperationResult result(JsonNode result, String storeId) {
    String operation = result.propertyNames().iterator().next();
    JsonNode content = result.required(operation);
    return switch (operation) {
      case "get" -> {
        JsonNode entry = optional(content, "entry");
        yield new OperationResult.Got(entry == null ? null : entry(entry, storeId));
      }
      case "put" -> new OperationResult.Written();
      case "delete" -> new OperationResult.Deleted(isTrue(content, "deleted"));
      case "scan" ->
          new OperationResult.Scanned(
              list(content.required("entries"), entry -> entry(entry, storeId)),
              isTrue(content, "more"));
      case "add" -> new OperationResult.Added(number(content, "value"));
      default -> throw new IllegalArgumentException("an unknown operation");
    };
  }

  static BatchResult batch(JsonNode answer) {
    return new BatchResult(
        number(answer, REVISION), number(answer, DURABLE_REVISION), number(answer, "operations"));
  }

  /** A chunk of a bulk load that has committed so much before it. */
  static BulkChunk chunk(JsonNode line, BulkResult before) {
    long operations = number(line, "operations");
    JsonNode rate = optional(line, "opsPerSecond");
    return new BulkChunk(
        before.chunks() + 1,
        operations,
        number(line, REVISION),
        rate == null ? 0 : rate.doubleValue(),
        before.operations() + operations);
  }

  static CommitOutcome.Committed committed(JsonNode answer) {
    return new CommitOutcome.Committed(number(answer, REVISION), number(answer, DURABLE_REVISION));
  }

  static TransactionStatus status(JsonNode answer) {
    JsonNode revision = optional(answer, REVISION);
    return new TransactionStatus(
        text(answer, "id"),
        TransactionState.valueOf(text(answer, "state")),
        revision == null ? null : revision.longValue());
  }

  /** Whom a transaction met; empty where the problem does not tell. */
  static List<Conflict> conflicts(JsonNode problem) {
    JsonNode conflicts = optional(problem, "conflicts");
    return conflicts == null ? List.of() : list(conflicts, Json::conflict);
  }

  private static Conflict conflict(JsonNode conflict) {
    return new Conflict(
        optional(conflict, "key") == null ? null : key(conflict),
        text(conflict, "kind"),
        number(conflict, "snapshotRevision"),
        number(conflict, "conflictRevision"));
  }

  static Problem problem(int status, JsonNode problem) {
    Map<String, Object> members = new TreeMap<>();
    for (Map.Entry<String, JsonNode> member : problem.properties()) {
      if (!member.getValue().isNull()) {
        members.put(member.getKey(), MAPPER.treeToValue(member.getValue(), Object.class));
      }
    }
    return new Problem(
        status,
        text(problem, "code"),
        textOr(problem, "detail", textOr(problem, "title", "")),
        isTrue(problem, "retryable"),
        members);
  }

  /** The problem that a line of a stream tells of, or null if it is an ordinary line. */
  static @Nullable Problem problemInLine(JsonNode line) {
    JsonNode problem = optional(line, "problem");
    JsonNode told = problem == null ? line : problem;
    if (optional(told, "code") == null) {
      return null;
    }
    JsonNode status = optional(told, "status");
    return problem(status == null ? 0 : status.intValue(), told);
  }
}
