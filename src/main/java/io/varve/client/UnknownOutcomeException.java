package io.varve.client;

/**
 * A write may have been done, or not, or may still be: no answer came that would tell, as often as
 * it was asked for. Whoever needs to know must look, and must not simply write again. The cause is
 * the last failure.
 */
public final class UnknownOutcomeException extends VarveException {
  private static final long serialVersionUID = 1L;

  UnknownOutcomeException(String what, VarveException last) {
    super(
        new Problem(
            last.status(),
            last.code(),
            "Whether " + what + " was done is unknown. " + last.problem().detail(),
            false,
            last.problem().members()),
        Fate.UNKNOWN,
        last);
  }
}
