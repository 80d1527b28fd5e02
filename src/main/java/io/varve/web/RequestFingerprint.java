package io.varve.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells two requests under one idempotency key apart: SHA-256 of the method, the target, the
 * conditional headers and the SHA-256 of the body; of a request whose {@code Content-Type} is
 * stored, SHA-256 of that and the type.
 *
 * @param bytes the fingerprint, {@link #BYTES} long
 * @param untyped the one without the type, with which earlier versions kept answers
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a whole
record RequestFingerprint(byte[] bytes, byte[] untyped) {
  static final int BYTES = 32;

  private static final String BODY_DIGEST = RequestFingerprint.class.getName() + ".body";
  private static final String STORED_TYPE = RequestFingerprint.class.getName() + ".type";
  private static final List<String> CONDITIONS = List.of("If-Match", "If-None-Match");

  /** Notes the type that is stored with the body, null for none: it is a part of the request. */
  static void noteStoredType(HttpServletRequest request, @Nullable String contentType) {
    request.setAttribute(STORED_TYPE, contentType == null ? "" : contentType);
  }

  /** The body, digested while it is read, if the request has an idempotency key. */
  static InputStream digesting(HttpServletRequest request, InputStream body) {
    if (!IdempotencyKey.isGiven(request)) {
      return body;
    }
    MessageDigest digest = sha256();
    request.setAttribute(BODY_DIGEST, digest);
    return new DigestInputStream(body, digest);
  }

  /** Digests a body that was read, if the request has an idempotency key. */
  static void digest(HttpServletRequest request, byte[] body) {
    if (IdempotencyKey.isGiven(request)) {
      MessageDigest digest = sha256();
      digest.update(body);
      request.setAttribute(BODY_DIGEST, digest);
    }
  }

  /** Of a request whose body was read to its end. */
  static RequestFingerprint of(HttpServletRequest request) {
    MessageDigest digest = sha256();
    add(digest, request.getMethod());
    add(digest, path(request));
    add(digest, request.getQueryString() == null ? "" : request.getQueryString());
    for (String condition : CONDITIONS) {
      add(digest, String.join(",", Collections.list(request.getHeaders(condition))));
    }
    boolean hasBody = request.getAttribute(BODY_DIGEST) instanceof MessageDigest;
    MessageDigest body = hasBody ? (MessageDigest) request.getAttribute(BODY_DIGEST) : sha256();
    byte[] untyped = digest.digest(body.digest());
    if (!(request.getAttribute(STORED_TYPE) instanceof String type)) {
      return new RequestFingerprint(untyped, untyped);
    }
    add(digest, type);
    return new RequestFingerprint(digest.digest(untyped), untyped);
  }

  /** Whether {@code kept} is of this request, made now or by an earlier version. */
  boolean matches(byte[] kept) {
    return Arrays.equals(kept, bytes) || Arrays.equals(kept, untyped);
  }

  /** Encoded slashes as slashes: a proxy may decode those of one attempt and not of the next. */
  private static String path(HttpServletRequest request) {
    return request.getRequestURI().replace("%2F", "/").replace("%2f", "/");
  }

  /** A line end cannot be in any of them. */
  private static void add(MessageDigest digest, String part) {
    digest.update(part.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
