package io.varve.config;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may use the service, and whether that is safe where it listens. Nothing is opened before
 * {@link #check}.
 *
 * @param security what the operator wrote
 * @param tokens the tokens among that
 * @param listeners where the service is to listen
 * @param clock by which tokens expire
 */
record AccessRules(
    SecurityProperties security, TokenTable tokens, List<Listener> listeners, InstantSource clock) {
  private static final Logger log = LoggerFactory.getLogger(AccessRules.class);

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
    switch (security.mode()) {
      case NONE -> checkAnonymous();
      case TOKEN -> checkTokens();
      case JWT -> checkJwt();
    }
  }

  private void checkJwt() {
    checkNoTokens();
    JwtSettings jwt = jwt();
    jwt.check();
    log.info(
        "Access: requests need a JSON Web Token of {} for {}. Health is open.{}",
        jwt.describe(),
        jwt.audiences(),
        warningOfPlainText());
    if (jwt.issuerUri() == null) {
      log.warn(
          "Access: varve.security.jwt.issuer-uri is not set, so every token is taken that one of"
              + " the keys has signed, of whatever issuer.");
    }
    if (jwt.hasKeysInPlainText()) {
      log.warn(
          "Access: the keys of the issuer come over plain HTTP. Whoever is on the network in"
              + " between can make tokens that open everything.");
    }
  }

  /** The settings of mode "jwt". Throws {@link AccessException} if there are none. */
  JwtSettings jwt() {
    JwtSettings jwt = security.jwt();
    if (jwt == null) {
      throw new AccessException(
          "varve.security.mode is jwt, but nothing tells whose tokens are meant.",
          "Set varve.security.jwt.issuer-uri and varve.security.jwt.audiences.");
    }
    return jwt;
  }

  private void checkNoJwt() {
    if (security.jwt() != null) {
      throw new AccessException(
          "There are settings below varve.security.jwt, but varve.security.mode is "
              + modeText()
              + ": nothing would read them.",
          "Set varve.security.mode to jwt, or remove them.");
    }
  }

  private void checkNoTokens() {
    if (!tokens.isEmpty()) {
      throw new AccessException(
          "There are tokens below varve.security.tokens, but varve.security.mode is "
              + modeText()
              + ": nobody would be asked for one.",
          "Set varve.security.mode to token, or remove the tokens.");
    }
  }

  private String modeText() {
    return security.mode().name().toLowerCase(Locale.ROOT);
  }

  private void checkTokens() {
    checkNoJwt();
    if (tokens.isEmpty()) {
      throw new AccessException(
          "varve.security.mode is token, but there is no token, so nobody could use the service.",
          "Make one with the command new-token, and add what it prints to the settings.");
    }
    log.info(
        "Access: requests need a token; known are {}. Health is open.{}",
        tokens.describe(),
        warningOfPlainText());
    List<String> expired = tokens.expired(clock.instant());
    if (!expired.isEmpty()) {
      log.warn("Access: of these tokens, {} have expired and open nothing.", expired);
    }
  }

  private String warningOfPlainText() {
    boolean isPlain =
        listeners.stream().anyMatch(place -> !place.isLoopback() && !place.encrypted());
    return isPlain
        ? " The network sees tokens in plain text, unless something before the service encrypts."
        : "";
  }

  private void checkAnonymous() {
    checkNoTokens();
    checkNoJwt();
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
        "Set varve.security.mode (VARVE_SECURITY_MODE) to token and give it tokens, or to jwt, or"
            + " set "
            + listener.setting()
            + " to 127.0.0.1. If something else decides who can reach the service, such as a proxy"
            + " or a network policy, set varve.security.allow-anonymous"
            + " (VARVE_SECURITY_ALLOWANONYMOUS) to true.");
  }
}
