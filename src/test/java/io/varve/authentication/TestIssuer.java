package io.varve.authentication;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A tiny issuer of tokens: keys, a description of itself, and no users. */
final class TestIssuer implements AutoCloseable {
  static final String AUDIENCE = "varve";

  private final HttpServer server;
  private final List<JWK> keys = new CopyOnWriteArrayList<>();
  private final AtomicInteger fetches = new AtomicInteger();
  private volatile boolean down;

  private TestIssuer(HttpServer server) {
    this.server = server;
  }

  /** One with a key "one". */
  static TestIssuer start() throws IOException {
    var issuer =
        new TestIssuer(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    issuer.server.createContext(
        "/realm/.well-known/openid-configuration",
        exchange ->
            issuer.answer(
                exchange,
                "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}"
                    .formatted(issuer.uri(), issuer.uri())));
    issuer.server.createContext(
        "/realm/keys",
        exchange -> {
          issuer.fetches.incrementAndGet();
          issuer.answer(exchange, new JWKSet(issuer.keys).toString());
        });
    issuer.server.start();
    issuer.addKey(rsaKey("one"));
    return issuer;
  }

  private void answer(HttpExchange exchange, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange.sendResponseHeaders(down ? 503 : 200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  static RSAKey rsaKey(String name) {
    try {
      return new RSAKeyGenerator(2048).keyID(name).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static ECKey ecKey(String name) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(name).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  String uri() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/realm";
  }

  void addKey(JWK key) {
    keys.add(key);
  }

  /** Its first key. */
  RSAKey key() {
    return keys.getFirst().toRSAKey();
  }

  /** Answers nothing of use from now on. */
  void fail() {
    down = true;
  }

  void recover() {
    down = false;
  }

  /** How often its keys were fetched. */
  int fetches() {
    return fetches.get();
  }

  /** What a token of this issuer says that is right in every way. */
  JWTClaimsSet.Builder claims(String subject) {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(uri())
        .audience(List.of("somebody-else", AUDIENCE))
        .subject(subject)
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))));
  }

  /** A token with these claims, of its first key. */
  String sign(JWTClaimsSet claims) {
    return sign(claims, key(), JWSAlgorithm.RS256);
  }

  static String sign(JWTClaimsSet claims, JWK key, JWSAlgorithm algorithm) {
    return sign(
        claims,
        key,
        new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID(key.getKeyID()).build());
  }

  static String sign(JWTClaimsSet claims, JWK key, JWSHeader header) {
    try {
      JWSSigner signer =
          key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(key.toECKey());
      SignedJWT token = new SignedJWT(header, claims);
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
