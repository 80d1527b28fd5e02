package io.varve.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A call failed. {@link #code} says why, and does not change from release to release. A call that
 * is worth it has been tried again before this was thrown.
 */
public class VarveException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int UNAUTHENTICATED = 401;
  private static final int FORBIDDEN = 403;

  private final transient Problem problem;
  private final Fate fate;
  private final Duration retryAfter;

  VarveException(Problem problem, Fate fate, Duration retryAfter, @Nullable Throwable cause) {
    super(problem.toString(), cause);
    this.problem = problem;
    this.fate = fate;
    this.retryAfter = retryAfter;
  }

  VarveException(Problem problem, Fate fate, @Nullable Throwable cause) {
    this(problem, fate, Duration.ZERO, cause);
  }

  /** A problem that the server told of. */
  static VarveException of(Answer answer) {
    Problem problem = answer.problem();
    return switch (problem.status()) {
      case UNAUTHENTICATED -> new UnauthenticatedException(problem);
      case FORBIDDEN -> new ForbiddenException(problem);
      default -> new VarveException(problem, Fate.of(problem), answer.retryAfter(), null);
    };
  }

  /** All that is known of it. */
  public Problem problem() {
    return problem;
  }

  /** The HTTP status; 0 where there was no answer. */
  public int status() {
    return problem.status();
  }

  /** A stable name of what went wrong: one of the server's codes, or one of {@link Problem}'s. */
  public String code() {
    return problem.code();
  }

  /** Whether the same call may succeed later. */
  public boolean retryable() {
    return problem.retryable();
  }

  /** What is known of the request. */
  Fate fate() {
    return fate;
  }

  /** How long the server asks to wait; zero where it does not. */
  Duration retryAfter() {
    return retryAfter;
  }

  /**
   * The answer to {@code what} cannot be understood. The text of it is not told: it may hold
   * values.
   */
  static VarveException unexpected(int status, String what) {
    return new VarveException(
        Problem.of(
            status, Problem.UNEXPECTED_ANSWER, what + " got an answer of an unknown form.", false),
        Fate.UNKNOWN,
        null);
  }
}
