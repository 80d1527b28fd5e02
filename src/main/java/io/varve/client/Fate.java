package io.varve.client;

/** What is known of a request that failed. */
enum Fate {
  /** The server did nothing, and would do nothing if it was asked again. */
  REFUSED,
  /** The server did nothing, but may do it later. */
  REFUSED_FOR_NOW,
  /** The server may have done it. */
  UNKNOWN;

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;
  private static final int UNAVAILABLE = 503;
  private static final int INSUFFICIENT_STORAGE = 507;

  /** What an answer that tells of a problem says of the request. */
  static Fate of(Problem problem) {
    return switch (problem.status()) {
      case TOO_MANY_REQUESTS -> REFUSED_FOR_NOW;
      case INSUFFICIENT_STORAGE -> REFUSED;
      // A proxy's 503 may hide an answer that was lost behind it; the server's own says what it
      // means.
      case UNAVAILABLE ->
          problem.code().equals(Problem.UNEXPECTED_ANSWER) || problem.member("outcome") != null
              ? UNKNOWN
              : REFUSED_FOR_NOW;
      default ->
          switch (problem.code()) {
            case Problem.TRANSACTION_BUSY -> REFUSED_FOR_NOW;
            // It is our own earlier request that is in progress.
            case Problem.IDEMPOTENCY_IN_PROGRESS -> UNKNOWN;
            default -> problem.status() >= SERVER_ERROR ? UNKNOWN : REFUSED;
          };
    };
  }
}
