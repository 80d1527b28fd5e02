package io.varve.web.openapi;

import static java.util.Map.entry;

import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.JsonSchema;
import io.swagger.v3.oas.models.media.Schema;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The headers that answers have. */
final class CommonHeaders {
  static final String ETAG = "ETag";
  static final String RETRY_AFTER = "Retry-After";
  static final String WWW_AUTHENTICATE = "WWW-Authenticate";

  /** On every answer. */
  static final Set<String> ALWAYS =
      Set.of("Varve-Store-Id", "Varve-Revision", "Varve-Durable-Revision");

  private static final Map<String, Header> ALL =
      Map.ofEntries(
          entry(
              "Varve-Store-Id",
              always("Which store answered.", text("^[0-9a-f]{16}$"), "3f2a9c01d4e5b678")),
          entry(
              "Varve-Revision",
              always(
                  "The revision that was read or made; of a failed write, the snapshot it was"
                      + " judged at.",
                  number(),
                  913)),
          entry(
              "Varve-Durable-Revision",
              always("The newest revision that survives a power failure.", number(), 913)),
          entry(
              ETAG,
              header(
                  "The version of the entry: the store id and the revision that wrote it. On 412,"
                      + " that of the current entry, if there is one.",
                  text("^\"[0-9a-f]{16}(-[0-9]+(-entry)?(-gzip)?)?\"$"),
                  "\"3f2a9c01d4e5b678-913\"")),
          entry(
              "Location",
              header(
                  "The path of what was made.",
                  text("^/v1/"),
                  "/v1/transactions/3f2a9c01d4e5b678")),
          entry(
              "Idempotency-Replayed",
              header(
                  "`true`: the answer is that of an earlier request with the same Idempotency-Key.",
                  text("^true$"),
                  "true")),
          entry(
              RETRY_AFTER,
              header("Seconds to wait before the next try.", number().minimum(BigDecimal.ONE), 1)),
          entry(WWW_AUTHENTICATE, header("What the server asks for.", text("^Bearer$"), "Bearer")));

  private CommonHeaders() {}

  /** All of them by name, for the components of a document. */
  static Map<String, Header> components() {
    return new TreeMap<>(ALL);
  }

  /** A reference to the header of this name in the components. */
  static Header reference(String name) {
    if (!ALL.containsKey(name)) {
      throw new IllegalArgumentException("There is no header " + name + ".");
    }
    return new Header().$ref("#/components/headers/" + name);
  }

  private static Header always(String description, Schema<?> schema, Object example) {
    return header(description, schema, example).required(true);
  }

  private static Header header(String description, Schema<?> schema, Object example) {
    return new Header().description(description).schema(schema).example(example);
  }

  private static Schema<?> text(String pattern) {
    return new JsonSchema().types(Set.of("string")).pattern(pattern);
  }

  private static Schema<?> number() {
    return new JsonSchema().types(Set.of("integer")).format("int64");
  }
}
