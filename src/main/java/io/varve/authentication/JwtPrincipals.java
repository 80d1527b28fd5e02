package io.varve.authentication;

import io.varve.access.Grant;
import io.varve.access.KeyPrefix;
import io.varve.access.Principal;
import io.varve.access.Role;
import io.varve.model.Key;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;

/**
 * Reads from a token, whose signature holds, who its owner is and what he may do. A claim that is
 * not of the form it should have makes the token one that opens nothing: half of what it says could
 * be more than its issuer meant.
 */
public final class JwtPrincipals {
  private static final int LONGEST_NAME = 256;

  private final JwtClaims claims;

  /** By these claims. */
  public JwtPrincipals(JwtClaims claims) {
    this.claims = claims;
  }

  /** The owner. Throws {@link InvalidBearerTokenException} if that cannot be told. */
  public Principal principal(Jwt token) {
    String name = name(token);
    List<Key> prefixes = prefixes(token, claims.prefixes());
    if (prefixes == null && claims.prefixesRequired()) {
      prefixes = List.of();
    }
    return new Principal(
        "jwt:" + name,
        name,
        Grant.of(
            roles(token), prefixes, within(prefixes, prefixes(token, claims.writePrefixes()))));
  }

  /** It goes into logs, so it must be of one line, and be seen as it is. */
  private String name(Jwt token) {
    if (token.getClaims().get(claims.principal()) instanceof String name
        && !name.isBlank()
        && name.length() <= LONGEST_NAME
        && name.codePoints().allMatch(JwtPrincipals::isVisible)) {
      return name;
    }
    throw new InvalidBearerTokenException(
        "The claim " + claims.principal() + " is not a name fit for a line of a log.");
  }

  private static boolean isVisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }

  /** Those that this service knows; others may be meant for somebody else. */
  private Set<Role> roles(Jwt token) {
    Object claim = find(token.getClaims(), claims.roles());
    List<String> names =
        claim instanceof String text ? List.of(text.split(" ", -1)) : texts(claim, claims.roles());
    Set<Role> roles = EnumSet.noneOf(Role.class);
    for (String name : names) {
      Role role =
          name.startsWith(claims.rolesPrefix())
              ? Role.of(name.substring(claims.rolesPrefix().length()))
              : null;
      if (role != null) {
        roles.add(role);
      }
    }
    return roles;
  }

  /** Null if the claim is not there. */
  private static @Nullable List<Key> prefixes(Jwt token, String name) {
    Object claim = find(token.getClaims(), name);
    if (claim == null) {
      return null;
    }
    List<Key> prefixes = new ArrayList<>();
    for (String text : claim instanceof String one ? List.of(one) : texts(claim, name)) {
      try {
        prefixes.add(KeyPrefix.parse(text));
      } catch (IllegalArgumentException e) {
        throw new InvalidBearerTokenException(
            "A prefix in the claim " + name + " " + e.getMessage());
      }
    }
    return prefixes;
  }

  /** Whoever writes a key reads it, so of prefixes outside of the others nothing is left. */
  private static @Nullable List<Key> within(
      @Nullable List<Key> prefixes, @Nullable List<Key> writePrefixes) {
    if (prefixes == null || writePrefixes == null) {
      return writePrefixes;
    }
    return writePrefixes.stream()
        .filter(key -> prefixes.stream().anyMatch(key::startsWith))
        .toList();
  }

  private static List<String> texts(@Nullable Object claim, String name) {
    if (claim == null) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    if (claim instanceof List<?> items) {
      for (Object item : items) {
        if (item instanceof String text) {
          texts.add(text);
        }
      }
      if (texts.size() == items.size()) {
        return texts;
      }
    }
    throw new InvalidBearerTokenException("The claim " + name + " is neither a list nor a text.");
  }

  /** The claim of this name, or else the one that its dots lead to. */
  private static @Nullable Object find(Map<?, ?> claims, String name) {
    Object claim = claims.get(name);
    if (claim != null) {
      return claim;
    }
    Object place = claims;
    for (String step : name.split("\\.", -1)) {
      place = place instanceof Map<?, ?> map ? map.get(step) : null;
    }
    return place;
  }
}
