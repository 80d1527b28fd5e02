package io.varve.web;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.Value;
import io.varve.txn.ReadPoint;
import jakarta.servlet.http.HttpServletRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request, read strictly: a parameter that is unknown, given twice or broken is
 * refused, since a mistyped {@code revision} must not read the present.
 */
final class QueryParameters {
  private static final String BASE64URL = "base64url";

  private final Map<String, String> values;

  private QueryParameters(Map<String, String> values) {
    this.values = values;
  }

  /** The parameters of {@code request}, which may have {@code known} names only. */
  static QueryParameters of(HttpServletRequest request, Set<String> known) {
    return parse(request.getQueryString(), known);
  }

  static QueryParameters parse(@Nullable String query, Set<String> known) {
    Map<String, String> values = new HashMap<>();
    if (query != null) {
      for (String pair : query.split("&", -1)) {
        if (!pair.isEmpty()) {
          add(values, pair, known);
        }
      }
    }
    return new QueryParameters(values);
  }

  private static void add(Map<String, String> values, String pair, Set<String> known) {
    int equals = pair.indexOf('=');
    String name = text("query", equals < 0 ? pair : pair.substring(0, equals));
    if (!known.contains(name)) {
      throw StoreErrors.malformed(name, "There is no such parameter here.");
    }
    String value = text(name, equals < 0 ? "" : pair.substring(equals + 1));
    if (values.put(name, value) != null) {
      throw StoreErrors.malformed(name, "This parameter is given twice.");
    }
  }

  private static String text(String field, String encoded) {
    byte[] bytes = PercentEncoding.decode(encoded.replace('+', ' '));
    String text = bytes == null ? null : Value.wrap(bytes, null).utf8();
    if (text == null) {
      throw StoreErrors.malformed(
          field,
          "This is not percent-encoded UTF-8. For keys of other bytes use encoding=base64url.");
    }
    return text;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  @Nullable String text(String name) {
    return values.get(name);
  }

  boolean flag(String name) {
    return switch (values.getOrDefault(name, "false")) {
      case "true" -> true;
      case "false" -> false;
      default -> throw StoreErrors.malformed(name, "This must be true or false.");
    };
  }

  /** A number from 1 to {@code max}. */
  int count(String name, int otherwise, int max) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    long number = number(name, text);
    if (number < 1 || number > max) {
      throw StoreErrors.malformed(name, "This must be 1 to " + max + ".");
    }
    return (int) number;
  }

  /** A number of up to 18 digits. */
  long number(String name, long otherwise) {
    String text = values.get(name);
    return text == null ? otherwise : number(name, text);
  }

  private static long number(String name, String text) {
    if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw StoreErrors.malformed(name, "This must be a decimal number, not that long.");
    }
    return Long.parseLong(text);
  }

  @Nullable Revision revision() {
    String text = values.get("revision");
    return text == null ? null : revision("revision", text);
  }

  /** The revision that {@code text} is; {@code name} is where it stands. */
  static Revision revision(String name, String text) {
    long number = number(name, text);
    if (number > Revision.MAX_VALUE) {
      throw StoreErrors.malformed(name, "A revision is at most 2^53 - 1.");
    }
    return new Revision(number);
  }

  /** Which state the request wants to read. */
  ReadPoint readPoint() {
    Revision revision = revision();
    Instant at = instant("at");
    if (revision != null && at != null) {
      throw StoreErrors.malformed("at", "Give revision or at, not both.");
    }
    if (revision != null) {
      return new ReadPoint.AtRevision(revision);
    }
    return at == null ? ReadPoint.LATEST : new ReadPoint.AtTime(at);
  }

  private @Nullable Instant instant(String name) {
    String text = values.get(name);
    if (text == null) {
      return null;
    }
    try {
      // A plus sign that was not encoded has become a space.
      Instant instant = OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
      var _ = instant.toEpochMilli();
      return instant;
    } catch (DateTimeException | ArithmeticException _) {
      throw StoreErrors.malformed(name, "This must be a time such as 2026-01-01T00:00:00Z.");
    }
  }

  /** The range given by prefix, or by start and end. */
  KeyRange range() {
    Key prefix = key("prefix");
    Key start = key("start");
    Key end = key("end");
    if (prefix == null) {
      return new KeyRange(start, end);
    }
    if (start != null || end != null) {
      throw StoreErrors.malformed("prefix", "Give prefix, or start and end, not both.");
    }
    return KeyRange.prefix(prefix);
  }

  boolean hasRange() {
    return has("prefix") || has("start") || has("end");
  }

  /** A key, in the encoding that the request names; null where it is not given or empty. */
  @Nullable Key key(String name) {
    String text = values.get(name);
    String encoding = values.get("encoding");
    if (encoding != null && !encoding.equals(BASE64URL)) {
      throw StoreErrors.malformed("encoding", "The only encoding is base64url.");
    }
    if (text == null || text.isEmpty()) {
      return null;
    }
    return encoding == null ? KeyConverter.fromText(text) : KeyConverter.fromBase64Url(name, text);
  }
}
