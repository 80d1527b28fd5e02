package io.varve.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/** Makes requests over every route, most of them wrong in some way. For one thread. */
final class FuzzRequests {
  private static final int MAX_KNOWN = 20;
  private static final String TRANSACTION = "/v1/transactions/";

  private final Random random;
  private final FuzzBodies bodies;
  private final List<String> transactions = new ArrayList<>();
  private final List<String> tokens = new ArrayList<>();
  private final List<String> tags = new ArrayList<>();

  FuzzRequests(long seed) {
    random = new Random(seed);
    bodies = new FuzzBodies(random);
  }

  /**
   * A request.
   *
   * @param method of it
   * @param bytes all of it
   * @param isWhole whether the server can tell where it ends; otherwise nothing may follow it
   * @param hasRequestLine whether its first line is one of HTTP/1.1, so that its answer must be
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record FuzzRequest(String method, byte[] bytes, boolean isWhole, boolean hasRequestLine) {
    boolean isToActuator() {
      return toString().startsWith(method + " /actuator");
    }

    @Override
    public String toString() {
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      return text.length() > 3_000 ? text.substring(0, 3_000) + "... " + text.length() : text;
    }
  }

  /** What a proper client would send, before it is spoilt. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Draft(String method, String target, byte[] body, String contentType) {}

  /** Remembers what a server has given out, to send it back, spoilt or not. */
  void learn(String transaction, String token, String tag) {
    remember(transactions, transaction);
    remember(tokens, token);
    remember(tags, tag);
  }

  private void remember(List<String> known, String text) {
    if (!text.isEmpty()) {
      if (known.size() == MAX_KNOWN) {
        known.remove(random.nextInt(MAX_KNOWN));
      }
      known.add(text);
    }
  }

  FuzzRequest next() {
    Draft draft = draft();
    String method = oneIn(12) ? any(FuzzWords.METHODS) : draft.method();
    var out = new ByteArrayOutputStream();
    String target = oneIn(20) ? spoilText(draft.target()) : draft.target();
    boolean hasRequestLine = target.matches("(/|http://).*") && isOfUris(target);
    boolean isWhole = hasRequestLine;
    write(out, method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n");
    if (!draft.contentType().isEmpty() && !oneIn(12)) {
      write(out, "Content-Type: " + draft.contentType() + "\r\n");
    }
    for (int i = random.nextInt(8) - 4; i > 0; i--) {
      String header = any(FuzzWords.HEADERS) + ": " + headerValue();
      if (target.startsWith("/actuator") && header.equals("Accept: ")) {
        continue; // Spring Boot itself fails over it
      }
      if (oneIn(40)) {
        header = spoilText(header);
        isWhole = false;
      }
      write(out, header + "\r\n");
    }
    isWhole &= writeBody(out, draft.body());
    return new FuzzRequest(method, out.toByteArray(), isWhole, hasRequestLine);
  }

  /** Where Tomcat reads other characters, it answers before it knows which HTTP it is. */
  private static boolean isOfUris(String target) {
    return target.chars().allMatch(c -> c > ' ' && c < 0x7f && "\"#<>\\^`{|}".indexOf(c) < 0);
  }

  private Draft draft() {
    return switch (random.nextInt(24)) {
      case 0, 1, 2, 3 -> ofKey("/v1/");
      case 4, 5, 6 -> get("/v1/entries" + query());
      case 7 -> get("/v1/history" + query());
      case 8 ->
          get(
              "/v1/revisions/"
                  + any(oneIn(2) ? FuzzWords.PARAMETER_VALUES : List.of("1", "2", "9")));
      case 9, 10, 11 -> json("/v1/txn", FuzzBodies.TXN);
      case 12 -> json("/v1/batch", FuzzBodies.BATCH);
      case 13 -> new Draft("POST", "/v1/bulk", bodies.of(FuzzBodies.BULK), "application/x-ndjson");
      case 14, 15 -> json("/v1/transactions", FuzzBodies.BEGIN);
      case 16, 17, 18, 19, 20 -> inTransaction(TRANSACTION + transaction());
      case 21, 22 -> get(any(FuzzWords.OTHER_PATHS));
      default -> admin();
    };
  }

  private Draft admin() {
    return switch (random.nextInt(12)) {
      case 0, 1 -> json("/v1/admin/prune", FuzzBodies.PRUNE);
      case 2 -> json("/v1/admin/flush", List.of(""));
      case 3 -> json("/v1/admin/compact", List.of(""));
      case 4 -> get("/v3/api-docs");
      case 5 -> get("/actuator/prometheus");
      default -> get("/v1/admin/" + any(List.of("checkpoints", "flush", "x", "prune/")));
    };
  }

  private Draft inTransaction(String path) {
    return switch (random.nextInt(8)) {
      case 0 -> get(path);
      case 1, 2 -> ofKey(path + "/");
      case 3 -> get(path + "/entries" + query());
      case 4, 5 -> json(path + "/operations", FuzzBodies.OPERATIONS);
      case 6 -> json(path + "/commit", List.of(""));
      default -> json(path + "/rollback", List.of(""));
    };
  }

  private String transaction() {
    if (transactions.isEmpty() || oneIn(10)) {
      return any(List.of("0123456789abcdef0123456789abcdef", "", "x", "%20", "..", "a;b", "%00"));
    }
    String id = any(transactions);
    return oneIn(20) ? spoilText(id) : id;
  }

  private Draft ofKey(String base) {
    String key;
    if (oneIn(4)) {
      byte[] raw = new byte[random.nextInt(8)];
      random.nextBytes(raw);
      key = "kv-b64/" + Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
    } else {
      key = "kv/" + any(oneIn(4) ? FuzzWords.ODD_KEYS : FuzzWords.KEYS);
    }
    String target = base + key + (oneIn(3) ? query() : "");
    return switch (random.nextInt(4)) {
      case 0 -> new Draft("PUT", target, bodies.of(FuzzBodies.VALUES), "text/plain");
      case 1 -> new Draft("DELETE", target, new byte[0], "");
      default -> get(target);
    };
  }

  private Draft get(String target) {
    return new Draft(oneIn(8) ? "HEAD" : "GET", target, new byte[0], "");
  }

  private Draft json(String path, List<String> templates) {
    byte[] body = bodies.of(templates);
    return new Draft("POST", path + (oneIn(15) ? query() : ""), body, "application/json");
  }

  private String query() {
    StringBuilder query = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      String name = any(FuzzWords.PARAMETERS);
      boolean isToken = name.equals("pageToken") && !tokens.isEmpty();
      String value = isToken ? any(tokens) : any(FuzzWords.PARAMETER_VALUES);
      if (isToken && oneIn(2)) {
        value = spoilText(value);
      }
      query.append(query.isEmpty() ? '?' : '&').append(name).append(oneIn(20) ? "" : "=" + value);
    }
    return query.toString();
  }

  private String headerValue() {
    return !tags.isEmpty() && oneIn(4) ? any(tags) : any(FuzzWords.HEADER_VALUES);
  }

  /** The rest of the headers, and the body; whether its end can be told. */
  private boolean writeBody(ByteArrayOutputStream out, byte[] body) {
    int framing = random.nextInt(100);
    if (framing < 15 && body.length > 0) {
      write(out, "Transfer-Encoding: chunked\r\n\r\n");
      int sent = 0;
      while (sent < body.length) {
        int chunk = Math.min(body.length - sent, 1 + random.nextInt(3_000));
        write(out, Integer.toHexString(chunk) + "\r\n");
        out.write(body, sent, chunk);
        write(out, "\r\n");
        sent += chunk;
      }
      write(out, "0\r\n\r\n");
      return true;
    }
    if (framing < 95) {
      String more = framing < 18 ? "Expect: 100-continue\r\n" : "";
      write(out, body.length == 0 && framing < 60 ? "" : "Content-Length: " + body.length + "\r\n");
      write(out, more + "\r\n");
      out.writeBytes(body);
      return true;
    }
    write(
        out,
        any(
            List.of(
                "Content-Length: " + (body.length + 1 + random.nextInt(100)) + "\r\n\r\n",
                "Content-Length: -1\r\n\r\n",
                "Content-Length: x\r\n\r\n",
                "Content-Length: 99999999999999999999\r\n\r\n",
                "Content-Length: 5\r\nContent-Length: 6\r\n\r\n",
                "Content-Length: 30000000000\r\n\r\n",
                "Transfer-Encoding: gzip\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                "Transfer-Encoding: chunked\r\n\r\n-1\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nab",
                "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
                "Expect: nonsense\r\n\r\n",
                "No-Colon\r\n\r\n",
                ": no name\r\n\r\n",
                "")));
    out.writeBytes(body);
    return false;
  }

  private String spoilText(String text) {
    byte[] bytes = bodies.spoil(text.getBytes(StandardCharsets.ISO_8859_1));
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }

  private String any(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }
}
