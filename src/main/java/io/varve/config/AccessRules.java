package io.varve.config;

import io.varve.access.Grant;
import io.varve.access.Principal;
import io.varve.access.Role;
import io.varve.authentication.KnownToken;
import io.varve.config.SecurityProperties.Mode;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may use the service, and whether that is safe where it listens. Nothing is opened before
 * {@link #check}.
 *
 * @param security what the operator wrote
 * @param listeners where the service is to listen
 */
record AccessRules(SecurityProperties security, List<Listener> listeners) {
  private static final Logger log = LoggerFactory.getLogger(AccessRules.class);

  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

  /** Of no bytes at all, as comes out of a pipe whose first command has failed. */
  private static final String SHA256_OF_NOTHING =
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

  private static final String HOW_TO_HASH =
      "Set it to what this prints, up to the first space: printf %s \"$TOKEN\" | sha256sum";

  AccessRules {
    listeners = List.copyOf(listeners);
  }

  /**
   * Where a server listens.
   *
   * @param setting its name in the settings
   * @param address null for all addresses of the machine
   * @param encrypted whether clients speak TLS to it
   */
  record Listener(String setting, @Nullable InetAddress address, boolean encrypted) {
    boolean isLoopback() {
      return address != null && address.isLoopbackAddress();
    }

    private String risk() {
      return setting.startsWith("management.")
          ? "read what the Actuator tells"
          : "read, change and delete all data";
    }

    private String where() {
      return address == null
          ? setting + " is not set, which means all addresses of the machine"
          : setting + " is " + address.getHostAddress() + ", which is not loopback";
    }
  }

  /** Throws {@link AccessException} unless these rules are safe, and says in the log what holds. */
  void check() {
    if (security.mode() == Mode.TOKEN) {
      checkTokens();
    } else {
      checkAnonymous();
    }
  }

  /** The tokens that open the service. */
  List<KnownToken> tokens() {
    List<KnownToken> tokens = new ArrayList<>();
    hashes().forEach((name, hash) -> tokens.add(new KnownToken(hash, owner(name), null)));
    return tokens;
  }

  private static Principal owner(String name) {
    return new Principal(
        "token:" + name, name, Arrays.stream(Role.values()).map(Grant::everywhere).toList());
  }

  private void checkTokens() {
    Map<String, byte[]> hashes = hashes();
    if (hashes.isEmpty()) {
      throw new AccessException(
          "varve.security.mode is token, but there is no token, so nobody could use the service.",
          "Set varve.security.tokens.<name>.sha256 to the SHA-256 of a token, as 64 hex digits.");
    }
    boolean isPlain =
        listeners.stream().anyMatch(place -> !place.isLoopback() && !place.encrypted());
    log.info(
        "Access: requests need a token; known are {}. Each opens everything. Health is open.{}",
        hashes.keySet(),
        isPlain
            ? " The network sees tokens in plain text, unless something before the service"
                + " encrypts."
            : "");
  }

  private Map<String, byte[]> hashes() {
    Map<String, byte[]> hashes = new TreeMap<>();
    security.tokens().forEach((name, token) -> hashes.put(name, hash(name, token.sha256())));
    return hashes;
  }

  /** Never prints what is there: it may be a token. */
  private static byte[] hash(String name, @Nullable String sha256) {
    String setting = SecurityProperties.PREFIX + ".tokens." + name + ".sha256";
    if (sha256 == null || !SHA256.matcher(sha256).matches()) {
      throw new AccessException(
          "The setting " + setting + " is not a SHA-256, which has 64 hex digits.", HOW_TO_HASH);
    }
    byte[] hash = HexFormat.of().parseHex(sha256);
    if (HexFormat.of().formatHex(hash).equals(SHA256_OF_NOTHING)) {
      throw new AccessException(
          "The setting " + setting + " is the SHA-256 of nothing, and no token is empty.",
          HOW_TO_HASH);
    }
    return hash;
  }

  private void checkAnonymous() {
    if (!security.tokens().isEmpty()) {
      throw new AccessException(
          "There are tokens below varve.security.tokens, but varve.security.mode is none: nobody"
              + " would be asked for one.",
          "Set varve.security.mode to token, or remove the tokens.");
    }
    List<Listener> open = listeners.stream().filter(place -> !place.isLoopback()).toList();
    if (open.isEmpty()) {
      log.info(
          "Access: open to everybody on this machine, and to nobody else (varve.security.mode is"
              + " none, and the service listens on loopback only).");
    } else if (security.allowAnonymous()) {
      log.warn(
          "Access: open to EVERYBODY who can reach {}, since varve.security.allow-anonymous is"
              + " true. Whoever reaches the API may read, change and delete all data.",
          open.stream().map(Listener::setting).toList());
    } else {
      throw refusal(open.getFirst());
    }
  }

  private static AccessException refusal(Listener listener) {
    return new AccessException(
        "varve.security.mode is none, and "
            + listener.where()
            + ": everybody who can reach it could "
            + listener.risk()
            + ".",
        "Set varve.security.mode (VARVE_SECURITY_MODE) to token and give it tokens, or set "
            + listener.setting()
            + " to 127.0.0.1. If something else decides who can reach the service, such as a proxy"
            + " or a network policy, set varve.security.allow-anonymous"
            + " (VARVE_SECURITY_ALLOWANONYMOUS) to true.");
  }
}
