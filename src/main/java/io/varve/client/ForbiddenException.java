package io.varve.client;

/**
 * The server knows who calls, and does not allow it: the role is missing, or a key is outside of
 * what it was granted. Nothing of the request was done.
 */
public final class ForbiddenException extends VarveException {
  private static final long serialVersionUID = 1L;

  ForbiddenException(Problem problem) {
    super(problem, Fate.REFUSED, null);
  }
}
