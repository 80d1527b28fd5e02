package io.varve.client;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why something failed. The server tells it as {@code application/problem+json} (RFC 9457); where
 * there was no answer, or none that could be understood, the client tells it, with status 0 and a
 * code of this class.
 *
 * @param status the HTTP status; 0 where there was no answer
 * @param code a stable name, such as {@code TRANSACTION_CONFLICT}
 * @param detail what happened and what to do, for people
 * @param retryable whether the same request may succeed later
 * @param members all members of the server's problem, such as {@code limit} and {@code actual}
 */
public record Problem(
    int status, String code, String detail, boolean retryable, Map<String, Object> members) {
  /** No answer came: the server cannot be reached, the connection broke, or it took too long. */
  public static final String NO_ANSWER = "NO_ANSWER";

  /** The thread was interrupted while it waited for the answer. */
  public static final String INTERRUPTED = "INTERRUPTED";

  /** The answer is none that this API gives. Something else may be listening there. */
  public static final String UNEXPECTED_ANSWER = "UNEXPECTED_ANSWER";

  /** The source of a bulk load threw an exception, which is the cause. */
  public static final String SOURCE_FAILED = "SOURCE_FAILED";

  /** The source of the token failed, which is the cause, or gave none that a header can carry. */
  public static final String NO_TOKEN = "NO_TOKEN";

  /** Client and server do not accept each other's certificate, or cannot agree on how to talk. */
  public static final String TLS_FAILED = "TLS_FAILED";

  static final String TRANSACTION_CONFLICT = "TRANSACTION_CONFLICT";
  static final String TRANSACTION_BUSY = "TRANSACTION_BUSY";
  static final String TRANSACTION_EXPIRED = "TRANSACTION_EXPIRED";
  static final String TRANSACTION_FINISHED = "TRANSACTION_FINISHED";
  static final String TRANSACTION_NOT_FOUND = "TRANSACTION_NOT_FOUND";
  static final String IDEMPOTENCY_IN_PROGRESS = "IDEMPOTENCY_IN_PROGRESS";
  static final String KEY_NOT_FOUND = "KEY_NOT_FOUND";
  static final String PRECONDITION_FAILED = "PRECONDITION_FAILED";

  public Problem {
    members = Map.copyOf(members);
  }

  /** A problem that the client itself tells of. */
  static Problem of(int status, String code, String detail, boolean retryable) {
    return new Problem(status, code, detail, retryable, Map.of());
  }

  /** A member of the server's problem, or null. */
  @Nullable Object member(String name) {
    return members.get(name);
  }

  @Override
  public String toString() {
    return (status == 0 ? "" : status + " ") + code + ": " + detail;
  }
}
