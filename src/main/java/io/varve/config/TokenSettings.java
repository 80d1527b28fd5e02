package io.varve.config;

import io.varve.access.Grant;
import io.varve.access.KeyPrefix;
import io.varve.access.Principal;
import io.varve.access.Role;
import io.varve.authentication.KnownToken;
import io.varve.model.Key;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A token of mode "token", as the operator wrote it. All of it is text and without constraints: a
 * message of the validator or of a conversion would print what was written, and somebody may have
 * written the token itself in the wrong place.
 *
 * @param sha256 the SHA-256 of the token, as 64 hex digits; several while it is exchanged, each of
 *     which opens the service for the same owner
 * @param roles what its owner may do: reader, writer, admin, metrics
 * @param prefixes what the keys begin with that a reader or writer is limited to, as text or as
 *     base64url after "b64:"; every key if it is left out
 * @param writePrefixes the same for what a writer may write, where that is less than he may read
 * @param expiresAt instant from which on it opens nothing, such as 2027-01-31T00:00:00Z
 */
public record TokenSettings(
    @Nullable List<String> sha256,
    @Nullable List<String> roles,
    @Nullable List<String> prefixes,
    @Nullable List<String> writePrefixes,
    @Nullable String expiresAt) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

  /** Of no bytes at all, as comes out of a pipe whose first command has failed. */
  private static final String SHA256_OF_NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final String HOW_TO_HASH =
      "Set it to what this prints, up to the first space: printf %s \"$TOKEN\" | sha256sum";
  private static final String HOW_TO_LIMIT =
      "Write each as text, such as users/, or as base64url of bytes, such as b64:AAE. Leave the"
          + " setting out where there is no limit.";

  /** Throws {@link AccessException} if this is no token that somebody could have meant. */
  List<KnownToken> toKnownTokens(String name, long maxPrefixBytes) {
    List<byte[]> hashes = hashes(setting(name, "sha256"));
    Set<Role> roles = parsedRoles(setting(name, "roles"));
    List<Key> prefixes =
        parsedPrefixes(setting(name, "prefixes"), prefixes(), roles, maxPrefixBytes);
    List<Key> writePrefixes =
        parsedPrefixes(setting(name, "write-prefixes"), writePrefixes(), roles, maxPrefixBytes);
    checkWritePrefixes(setting(name, "write-prefixes"), roles, prefixes, writePrefixes);
    Principal owner =
        new Principal("token:" + name, name, Grant.of(roles, prefixes, writePrefixes));
    Instant expiry = expiry(setting(name, "expires-at"));
    return hashes.stream().map(hash -> new KnownToken(hash, owner, expiry)).toList();
  }

  /** What its owner may do, for the log. Of a token that has been found to be right. */
  String describe() {
    String all = parsedRoles("roles").stream().map(Role::text).collect(Collectors.joining(", "));
    return prefixes == null && writePrefixes == null ? all : all + "; some keys";
  }

  private static String setting(String name, String property) {
    return SecurityProperties.PREFIX + ".tokens." + name + "." + property;
  }

  /** One that is written twice counts once. */
  private List<byte[]> hashes(String setting) {
    if (sha256 == null || sha256.isEmpty()) {
      throw noHash(setting);
    }
    return sha256.stream()
        .map(text -> text.toLowerCase(Locale.ROOT))
        .distinct()
        .map(text -> hash(setting, text))
        .toList();
  }

  private static AccessException noHash(String setting) {
    return new AccessException(
        "The setting " + setting + " is not a SHA-256, which has 64 hex digits.", HOW_TO_HASH);
  }

  private static byte[] hash(String setting, String text) {
    if (!SHA256.matcher(text).matches()) {
      throw noHash(setting);
    }
    byte[] hash = HexFormat.of().parseHex(text);
    if (text.equals(SHA256_OF_NOTHING)) {
      throw new AccessException(
          "The setting " + setting + " is the SHA-256 of nothing, and no token is empty.",
          HOW_TO_HASH);
    }
    return hash;
  }

  private Set<Role> parsedRoles(String setting) {
    if (roles == null || roles.isEmpty()) {
      throw new AccessException(
          "The setting " + setting + " names no role, so the token could do nothing.",
          "Give it one or more of " + SecurityProperties.ROLES + ".");
    }
    Set<Role> parsed = EnumSet.noneOf(Role.class);
    for (String name : roles) {
      Role role = Role.of(name);
      if (role == null) {
        throw new AccessException(
            "The setting " + setting + " names a role that is not known.",
            "Known are " + SecurityProperties.ROLES + ", in small letters.");
      }
      parsed.add(role);
    }
    return parsed;
  }

  /** Null if there is no limit. One that is there but empty is not taken for none. */
  private static @Nullable List<Key> parsedPrefixes(
      String setting, @Nullable List<String> prefixes, Set<Role> roles, long maxBytes) {
    if (prefixes == null) {
      return null;
    }
    if (prefixes.isEmpty()) {
      throw new AccessException(
          "The setting " + setting + " is there, but is empty.", HOW_TO_LIMIT);
    }
    if (roles.stream().noneMatch(Role::isOfKeys)) {
      throw new AccessException(
          "The setting " + setting + " limits a token whose roles are not about keys.",
          "Remove it, or give the token the role reader or writer.");
    }
    List<Key> parsed = new ArrayList<>();
    for (String prefix : prefixes) {
      parsed.add(parsedPrefix(setting, prefix, maxBytes));
    }
    return parsed;
  }

  private static Key parsedPrefix(String setting, String text, long maxBytes) {
    try {
      Key prefix = KeyPrefix.parse(text);
      if (prefix.length() <= maxBytes) {
        return prefix;
      }
    } catch (IllegalArgumentException e) {
      throw new AccessException(
          "The setting " + setting + " has a prefix that " + e.getMessage() + ".", HOW_TO_LIMIT);
    }
    throw new AccessException(
        "The setting " + setting + " has a prefix that is longer than any key may be.",
        "Shorten it: a key has up to " + maxBytes + " bytes (varve.limits.key-bytes).");
  }

  private static void checkWritePrefixes(
      String setting,
      Set<Role> roles,
      @Nullable List<Key> prefixes,
      @Nullable List<Key> writePrefixes) {
    if (writePrefixes == null) {
      return;
    }
    if (!roles.contains(Role.WRITER)) {
      throw new AccessException(
          "The setting " + setting + " is for a writer, and the token is none.",
          "Give it the role writer, or remove the setting.");
    }
    if (prefixes != null
        && !writePrefixes.stream().allMatch(key -> prefixes.stream().anyMatch(key::startsWith))) {
      throw new AccessException(
          "The setting " + setting + " has a prefix outside of those that the token may read.",
          "Whoever writes a key reads it. Add the prefix to the setting prefixes, or remove it.");
    }
  }

  private @Nullable Instant expiry(String setting) {
    try {
      return expiresAt == null ? null : Instant.parse(expiresAt);
    } catch (DateTimeParseException _) {
      throw new AccessException(
          "The setting " + setting + " is not an instant.",
          "Write it in UTC, such as 2027-01-31T00:00:00Z, or remove it.");
    }
  }

  @Override
  public String toString() {
    return "TokenSettings";
  }
}
