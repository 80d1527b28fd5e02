package io.varve.config;

import io.varve.authentication.KnownToken;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of the settings, once they were found to be right. Immutable.
 *
 * @param tokens by name, each with one hash or, while it is exchanged, with several
 * @param descriptions of each what its owner may do, for the log; by name
 */
record TokenTable(Map<String, List<KnownToken>> tokens, Map<String, String> descriptions) {
  /** Names go into log lines. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** Throws {@link AccessException} for the first that is wrong, in the order of their names. */
  static TokenTable of(Map<String, TokenSettings> settings, long maxPrefixBytes) {
    Map<String, List<KnownToken>> tokens = new TreeMap<>();
    Map<String, String> descriptions = new TreeMap<>();
    Map<String, String> names = new HashMap<>();
    new TreeMap<>(settings)
        .forEach(
            (name, written) -> {
              checkName(name);
              List<KnownToken> known = written.toKnownTokens(name, maxPrefixBytes);
              for (KnownToken token : known) {
                checkOnlyOne(name, names.put(HexFormat.of().formatHex(token.sha256()), name));
              }
              tokens.put(name, known);
              descriptions.put(name, written.describe());
            });
    return new TokenTable(tokens, descriptions);
  }

  boolean isEmpty() {
    return tokens.isEmpty();
  }

  List<KnownToken> all() {
    return tokens.values().stream().flatMap(List::stream).toList();
  }

  /** Names of those that open nothing any more. */
  List<String> expired(Instant now) {
    List<String> expired = new ArrayList<>();
    tokens.forEach(
        (name, known) -> {
          if (known.getFirst().isExpired(now)) {
            expired.add(name);
          }
        });
    return expired;
  }

  /** Every token with what its owner may do. */
  String describe() {
    List<String> all = new ArrayList<>();
    descriptions.forEach((name, description) -> all.add(name + " (" + description + ")"));
    return String.join(", ", all);
  }

  private static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new AccessException(
          "Below varve.security.tokens is a name that is none.",
          "Names have up to 64 letters, digits, dots, dashes and underscores, and begin with a"
              + " letter or a digit.");
    }
  }

  /** Two names for one token: which of them its owner is would be chance. */
  private static void checkOnlyOne(String name, @Nullable String other) {
    if (other != null) {
      throw new AccessException(
          "varve.security.tokens has the same token under the names "
              + other
              + " and "
              + name
              + ".",
          "Remove one of them, or give each a token of its own.");
    }
  }
}
