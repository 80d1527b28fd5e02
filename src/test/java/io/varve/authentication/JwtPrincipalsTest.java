package io.varve.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.access.Action;
import io.varve.access.Principal;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;

/** Who is the owner of a token, and what he may do, by its claims. */
final class JwtPrincipalsTest {
  private static final KeyRange A = KeyRange.prefix(Key.of("a/"));
  private static final KeyRange B = KeyRange.prefix(Key.of("b/"));

  private static JwtClaims claims(String roles, String rolesPrefix, boolean prefixesRequired) {
    return new JwtClaims("sub", roles, rolesPrefix, "prefixes", "writePrefixes", prefixesRequired);
  }

  private static Principal principal(JwtClaims claims, Map<String, Object> told) {
    Map<String, Object> all = new HashMap<>(told);
    all.putIfAbsent("sub", "somebody");
    return new JwtPrincipals(claims)
        .principal(new Jwt("token", null, null, Map.of("alg", "RS256"), all));
  }

  private static Principal principal(Map<String, Object> told) {
    return principal(claims("roles", "", true), told);
  }

  @Test
  void subject_isTheName() {
    Principal caller = principal(Map.of("sub", "Zoë Müller <zoe@example.com>"));
    assertThat(caller.id()).isEqualTo("jwt:Zoë Müller <zoe@example.com>");
    assertThat(caller.name()).isEqualTo("Zoë Müller <zoe@example.com>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a\nb",
        "a\rb",
        "a\tb",
        "a\u0000",
        "a\u001b[2K",
        "a\u2028b",
        "a\u202eb",
        "a\u200bb",
        "\ud800"
      })
  void subjectThatALogCannotShow_isRefused(String subject) {
    assertThatThrownBy(() -> principal(Map.of("sub", subject)))
        .isInstanceOf(InvalidBearerTokenException.class);
  }

  @Test
  void subjectThatIsLongOrNoText_isRefused() {
    assertThat(principal(Map.of("sub", "a".repeat(256))).name()).hasSize(256);
    assertThatThrownBy(() -> principal(Map.of("sub", "a".repeat(257))))
        .isInstanceOf(InvalidBearerTokenException.class);
    assertThatThrownBy(() -> principal(Map.of("sub", 7)))
        .isInstanceOf(InvalidBearerTokenException.class);
  }

  @Test
  void roles_areAListOrWords() {
    for (Object roles :
        List.of(List.of("admin", "other"), "admin other", "other  admin", "admin")) {
      Principal caller = principal(Map.of("roles", roles));
      assertThat(caller.allowsSome(Action.ADMINISTER)).as("%s", roles).isTrue();
      assertThat(caller.allowsSome(Action.READ)).isFalse();
    }
    for (Object roles : List.of("", "Admin", "administrator", List.of(), List.of("admin other"))) {
      assertThat(principal(Map.of("roles", roles)).allowsSome(Action.ADMINISTER))
          .as("%s", roles)
          .isFalse();
    }
    for (Object roles : List.of(7, true, Map.of("admin", true), List.of("admin", 7))) {
      assertThatThrownBy(() -> principal(Map.of("roles", roles)))
          .as("%s", roles)
          .isInstanceOf(InvalidBearerTokenException.class);
    }
  }

  @Test
  void roles_mayBeNestedAndHaveAPrefix() {
    JwtClaims nested = claims("realm.roles", "varve-", true);
    Principal caller =
        principal(nested, Map.of("realm", Map.of("roles", List.of("varve-metrics", "admin"))));
    assertThat(caller.allowsSome(Action.OBSERVE)).isTrue();
    assertThat(caller.allowsSome(Action.ADMINISTER)).isFalse();
    assertThat(
            principal(nested, Map.of("realm.roles", "varve-admin")).allowsSome(Action.ADMINISTER))
        .as("a name with a dot may be one")
        .isTrue();
    assertThat(principal(nested, Map.of("realm", "varve-admin")).allowsSome(Action.ADMINISTER))
        .isFalse();
  }

  @Test
  void prefixes_limitKeys() {
    Principal caller = principal(Map.of("roles", "writer", "prefixes", List.of("a/", "b64:Yi8")));
    assertThat(caller.allows(Action.WRITE, A)).isTrue();
    assertThat(caller.allows(Action.WRITE, B)).isTrue();
    assertThat(caller.allows(Action.READ, KeyRange.ALL)).isFalse();
    Principal one = principal(Map.of("roles", "writer", "prefixes", "a/ b/"));
    assertThat(one.allows(Action.READ, KeyRange.prefix(Key.of("a/ b/")))).isTrue();
    assertThat(one.allows(Action.READ, A)).as("a text is one prefix").isFalse();
  }

  @Test
  void missingPrefixes_areNoKeys_unlessTheyMayMiss() {
    Map<String, Object> told = Map.of("roles", "writer admin");
    assertThat(principal(told).allowsSome(Action.READ)).isFalse();
    assertThat(principal(told).allowsSome(Action.ADMINISTER)).isTrue();
    JwtClaims open = claims("roles", "", false);
    assertThat(principal(open, told).allows(Action.WRITE, KeyRange.ALL)).isTrue();
    Principal none = principal(open, Map.of("roles", "writer", "prefixes", List.of()));
    assertThat(none.allowsSome(Action.READ)).as("an empty list has no prefix").isFalse();
  }

  @Test
  void writePrefixes_areThoseWithinTheOthers() {
    Principal caller =
        principal(
            Map.of(
                "roles", "writer", "prefixes", "a/", "writePrefixes", List.of("a/w/", "b/", "a")));
    assertThat(caller.allows(Action.READ, A)).isTrue();
    assertThat(caller.allows(Action.WRITE, KeyRange.prefix(Key.of("a/w/")))).isTrue();
    assertThat(caller.allows(Action.WRITE, A)).isFalse();
    assertThat(caller.allowsSome(Action.READ) && caller.allows(Action.READ, B)).isFalse();
    Principal reader =
        principal(Map.of("roles", "reader", "prefixes", "a/", "writePrefixes", "a/"));
    assertThat(reader.allowsSome(Action.WRITE)).isFalse();
  }

  @Test
  void prefixesThatAreNone_areRefused() {
    for (Object prefixes :
        List.of("", " ", "b64:", "b64:?", 7, true, List.of("a/", ""), List.of(7))) {
      assertThatThrownBy(() -> principal(Map.of("roles", "reader", "prefixes", prefixes)))
          .as("%s", prefixes)
          .isInstanceOf(InvalidBearerTokenException.class);
    }
  }
}
