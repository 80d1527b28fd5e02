package io.varve.client;

/**
 * The server does not know who calls: the token is missing, unknown or has run out. Nothing was
 * done, and the same call with the same token is refused again.
 */
public final class UnauthenticatedException extends VarveException {
  private static final long serialVersionUID = 1L;

  UnauthenticatedException(Problem problem) {
    super(problem, Fate.REFUSED, null);
  }
}
