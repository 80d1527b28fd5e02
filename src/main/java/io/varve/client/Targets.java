package io.varve.client;

import java.time.Instant;
import java.util.Base64;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes paths and queries. */
final class Targets {
  /** Segments that no proxy and no server has a reason to touch. */
  private static final Pattern PLAIN = Pattern.compile("[\\w~.-]+(/[\\w~.-]+)*");

  private static final Pattern DOTS = Pattern.compile("(.*/)?\\.\\.?(/.*)?");
  private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

  private Targets() {}

  /** The path of a key below {@code base}: readable where that is safe, else in base64url. */
  static String key(String base, VarveKey key) {
    String text = Utf8.decode(key.array());
    boolean isPlain =
        text != null && PLAIN.matcher(text).matches() && !DOTS.matcher(text).matches();
    return isPlain ? base + "/kv/" + text : base + "/kv-b64/" + base64(key);
  }

  /** The key in base64url. */
  static String base64(VarveKey key) {
    return BASE64URL.encodeToString(key.array());
  }

  /** The query of the first page of a scan, at {@code point}. */
  static Query scan(Scan scan, @Nullable String point) {
    Query query = new Query().addAll(point);
    if (scan.prefix() != null || scan.start() != null || scan.end() != null) {
      query.add("encoding", "base64url");
    }
    return query
        .addKey("prefix", scan.prefix())
        .addKey("start", scan.start())
        .addKey("end", scan.end())
        .addFlag("reverse", scan.reverse());
  }

  /** Reads at a revision. */
  static String at(long revision) {
    return "revision=" + revision;
  }

  /** Reads at a time. */
  static String at(Instant time) {
    return "at=" + time;
  }

  /** A query that grows. Values must need no encoding, as numbers, times and base64url do. */
  static final class Query {
    private final StringJoiner parameters = new StringJoiner("&", "?", "").setEmptyValue("");

    Query add(String name, Object value) {
      parameters.add(name + '=' + value);
      return this;
    }

    Query addKey(String name, @Nullable VarveKey key) {
      return key == null ? this : add(name, base64(key));
    }

    Query addFlag(String name, boolean flag) {
      return flag ? add(name, true) : this;
    }

    /** Adds parameters that are written already. */
    Query addAll(@Nullable String written) {
      if (written != null) {
        parameters.add(written);
      }
      return this;
    }

    Query addNumber(String name, @Nullable Integer number) {
      return number == null ? this : add(name, number);
    }

    @Override
    public String toString() {
      return parameters.toString();
    }
  }
}
