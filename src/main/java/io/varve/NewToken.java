package io.varve;

import io.varve.access.Role;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The command that makes a token. It prints the token once and for its owner, and what the settings
 * of the server need, from which nobody can tell it. Starts no server and opens no store.
 */
final class NewToken {
  static final String COMMAND = "new-token";

  private static final String ROLES_OPTION = "--roles=";
  private static final String USAGE =
      "Usage: new-token [name] [--roles=reader,writer]\n"
          + "Names begin with a letter or digit, and have up to 64 of these, dots, dashes and"
          + " underscores.\nRoles are reader, writer, admin and metrics; reader if none is named.";

  /** Tells what a token is for those who look for lost ones. */
  private static final String PREFIX = "varve_";

  private static final int BYTES = 32;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** Of those that have four letters or more. */
  private static final Set<String> YAML_WORDS = Set.of("true", "false", "null");

  private final String name;
  private final List<Role> roles;

  private NewToken(String name, List<Role> roles) {
    this.name = name;
    this.roles = roles;
  }

  /** Runs the command with what follows its name; its exit status. */
  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    NewToken command = parse(arguments);
    if (command == null) {
      err.println(USAGE);
      return 2;
    }
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String token = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    out.print(command.describe(token));
    out.flush();
    return 0;
  }

  /** Null where it is not as the usage says. */
  private static @Nullable NewToken parse(List<String> arguments) {
    String name = null;
    List<Role> roles = null;
    for (String argument : arguments) {
      if (argument.startsWith(ROLES_OPTION) && roles == null) {
        roles = roles(argument.substring(ROLES_OPTION.length()));
        if (roles == null) {
          return null;
        }
      } else if (name == null && NAME.matcher(argument).matches()) {
        name = argument;
      } else {
        return null;
      }
    }
    return new NewToken(
        name == null ? "client" : name, roles == null ? List.of(Role.READER) : roles);
  }

  private static @Nullable List<Role> roles(String names) {
    List<Role> roles = new ArrayList<>();
    for (String name : names.split(",", -1)) {
      Role role = Role.of(name);
      if (role == null || roles.contains(role)) {
        return null;
      }
      roles.add(role);
    }
    return roles;
  }

  private String describe(String token) {
    String hash = sha256(token);
    String roleNames = roles.stream().map(Role::text).collect(Collectors.joining(","));
    StringBuilder text = new StringBuilder();
    text.append(
        """
        The token, for the client alone. It is not shown again:

        %s

        For the server, in a file such as application.yml:

        varve:
          security:
            mode: token
            tokens:
              %s:
                sha256: %s
                roles: [%s]
        """
            .formatted(token, key(), hash, roleNames.replace(",", ", ")));
    if (isFitForVariables()) {
      String variable = "VARVE_SECURITY_TOKENS_" + name.toUpperCase(Locale.ROOT);
      text.append(
          """

          Or as environment variables:

          VARVE_SECURITY_MODE=token
          %s_SHA256=%s
          %s_ROLES=%s
          """
              .formatted(variable, hash, variable, roleNames));
    }
    return text.toString();
  }

  /**
   * A name with dots or underscores is one to Spring Boot only in brackets, and YAML takes some
   * words and numbers for something else than text.
   */
  private String key() {
    if (!name.matches("[A-Za-z0-9-]+")) {
      return "\"[" + name + "]\"";
    }
    return name.matches("[a-z][a-z0-9-]{3,}") && !YAML_WORDS.contains(name)
        ? name
        : "\"" + name + "\"";
  }

  /** Of a variable nobody can tell which letters were small, and where there was a dash. */
  private boolean isFitForVariables() {
    return name.matches("[a-z0-9]+");
  }

  private static String sha256(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
