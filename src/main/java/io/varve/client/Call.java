package io.varve.client;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A request to the server. Immutable.
 *
 * @param method the HTTP method
 * @param target path and query, after the base URI
 * @param headers names and values in turn
 * @param body what to send; empty for none
 * @param kind whether it may be sent again
 * @param expected codes of problems that are an ordinary outcome, and so no failure
 */
record Call(
    String method,
    String target,
    List<String> headers,
    VarveValue body,
    Kind kind,
    Set<String> expected) {
  private static final String JSON = "application/json";
  private static final VarveValue NOTHING = VarveValue.wrap(new byte[0], VarveValue.OCTET_STREAM);

  /** Whether a request may be sent again. */
  enum Kind {
    /** Always: it changes nothing, or nothing that matters. */
    SAFE,
    /** Always: the server knows it by its key, and does it once. */
    KEYED,
    /** Where the server has certainly not done it. */
    UNKEYED,
    /** Never. */
    ONCE
  }

  Call {
    headers = List.copyOf(headers);
    expected = Set.copyOf(expected);
  }

  static Call read(String target) {
    return new Call("GET", target, List.of(), NOTHING, Kind.SAFE, Set.of());
  }

  /** A write under a key that no other write has. */
  static Call write(String method, String target, String idempotencyKey) {
    return new Call(method, target, List.of(), NOTHING, Kind.KEYED, Set.of())
        .header("Idempotency-Key", idempotencyKey);
  }

  /** A request without a key. */
  static Call of(String method, String target, Kind kind) {
    return new Call(method, target, List.of(), NOTHING, kind, Set.of());
  }

  Call header(String name, String value) {
    List<String> more = new ArrayList<>(headers);
    more.add(name);
    more.add(value);
    return new Call(method, target, more, body, kind, expected);
  }

  Call json(byte[] json) {
    return body(VarveValue.wrap(json, JSON));
  }

  Call body(VarveValue value) {
    Call typed = value.isDescribed() ? header("Content-Type", value.contentType()) : this;
    return new Call(method, target, typed.headers, value, kind, expected);
  }

  Call expecting(String... codes) {
    Set<String> more = new HashSet<>(expected);
    more.addAll(List.of(codes));
    return new Call(method, target, headers, body, kind, more);
  }

  /** Whether the body is sent, even if it is empty. */
  boolean hasBody() {
    return method.equals("PUT") || method.equals("POST");
  }

  /** Method and path, for messages. */
  String name() {
    int query = target.indexOf('?');
    return method + ' ' + (query < 0 ? target : target.substring(0, query));
  }
}
