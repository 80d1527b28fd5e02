package io.varve.web;

import io.varve.model.OutcomeId;
import io.varve.model.StoreErrors;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header under which a write is carried out once, however often it is sent. */
final class IdempotencyKey {
  static final String HEADER = "Idempotency-Key";

  /** On an answer that was given before. */
  static final String REPLAYED = "Idempotency-Replayed";

  static final int MAX_LENGTH = 128;

  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7E]{1," + MAX_LENGTH + "}");

  /** And then the id of the caller, which is empty where nobody has to say who he is. */
  private static final String SCOPE = "request/";

  private IdempotencyKey() {}

  static boolean isGiven(HttpServletRequest request) {
    return request.getHeader(HEADER) != null;
  }

  /** Under which name the outcome of a request is kept; null if it has no key. */
  static @Nullable OutcomeId of(HttpServletRequest request) {
    List<String> keys = Collections.list(request.getHeaders(HEADER));
    if (keys.isEmpty()) {
      return null;
    }
    if (keys.size() > 1 || !KEY.matcher(keys.getFirst()).matches()) {
      throw StoreErrors.malformed(
          HEADER,
          "This header must be there once, with 1 to " + MAX_LENGTH + " printable characters.");
    }
    return id(Caller.of(request).principal().id(), keys.getFirst());
  }

  static OutcomeId id(String caller, String key) {
    return OutcomeId.of(SCOPE + caller, key);
  }

  /** Refuses a key on a call that keeps no answer. */
  static void refuse(HttpServletRequest request) {
    if (isGiven(request)) {
      throw StoreErrors.malformed(
          HEADER,
          "This call keeps no answer under a key, so a retry would run again. Send it without this"
              + " header; docs/API.md tells what a repetition of each call does.");
    }
  }
}
