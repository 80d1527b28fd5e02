package io.varve.client;

import org.jspecify.annotations.Nullable;

/** Runs work in a transaction until it commits. */
final class Transactor {
  /*
   * Exactly once. A new transaction is begun only when it is known that the one before did not commit:
   * before its commit was sent, or when the server says how it ended. While that is unknown, the same commit
   * is sent again, under the same key; if it stays unknown, the work is not run again. The keys of all
   * attempts have one beginning, which ties them together in the server's log.
   */
  private final Calls calls;
  private final RetryPolicy policy;
  private final Surroundings surroundings;

  Transactor(Calls calls, RetryPolicy policy, Surroundings surroundings) {
    this.calls = calls;
    this.policy = policy;
    this.surroundings = surroundings;
  }

  <T extends @Nullable Object, E extends Exception> T run(
      TransactionOptions options, TransactionWork<T, E> work) throws E {
    String key = surroundings.names().get();
    Backoff backoff = new Backoff(policy, surroundings);
    while (true) {
      switch (attempt(options, work, key + '-' + backoff.attempt())) {
        case Attempt.Done<T>(T result) -> {
          return result;
        }
        case Attempt.Failed<T>(VarveException why) -> {
          if (!backoff.pause(why.retryAfter())) {
            throw why;
          }
        }
      }
    }
  }

  /** How one attempt ended. */
  private sealed interface Attempt<T extends @Nullable Object> {
    /** It is committed. */
    record Done<T extends @Nullable Object>(T result) implements Attempt<T> {}

    /** It is not, and never will be. */
    record Failed<T extends @Nullable Object>(VarveException why) implements Attempt<T> {}
  }

  private <T extends @Nullable Object, E extends Exception> Attempt<T> attempt(
      TransactionOptions options, TransactionWork<T, E> work, String commitKey) throws E {
    try (ClientTransaction transaction =
        ClientTransaction.begin(calls, surroundings.names(), options)) {
      T result;
      try {
        result = work.run(transaction);
      } catch (Exception e) {
        if (transaction.broken() != null) {
          return new Attempt.Failed<>(transaction.broken());
        }
        throw e;
      }
      // The work may have caught what broke the transaction.
      if (transaction.broken() != null) {
        return new Attempt.Failed<>(transaction.broken());
      }
      return switch (transaction.commit(commitKey)) {
        case CommitOutcome.Committed _ -> new Attempt.Done<>(result);
        case CommitOutcome.Conflicted(var _, Problem problem) -> failed(problem);
        case CommitOutcome.RolledBack(Problem problem) -> failed(problem);
      };
    }
  }

  private static <T extends @Nullable Object> Attempt<T> failed(Problem problem) {
    return new Attempt.Failed<>(new VarveException(problem, Fate.REFUSED_FOR_NOW, null));
  }
}
