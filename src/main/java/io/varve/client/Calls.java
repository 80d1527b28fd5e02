package io.varve.client;

/** Sends requests. */
interface Calls {
  /**
   * Sends a request, again where that helps and does no harm.
   *
   * @return the answer: a success, or a problem that the call expects
   * @throws UnknownOutcomeException if a write may have been done
   * @throws VarveException if there was no such answer
   */
  Answer send(Call call);
}
