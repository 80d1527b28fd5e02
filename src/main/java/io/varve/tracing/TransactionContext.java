package io.varve.tracing;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;

/** A transaction of one request that is being observed. */
public final class TransactionContext extends Observation.Context {
  private @Nullable Committed committed;
  private @Nullable Refused refused;

  /**
   * It ended well.
   *
   * @param revision of the commit, or of the snapshot where it wrote nothing
   * @param attempts how often it ran
   */
  record Committed(long revision, boolean wrote, int attempts) {}

  /**
   * It did not.
   *
   * @param code of the error
   * @param isFault whether it is the server that failed
   */
  record Refused(String code, boolean isFault) {}

  /** It is committed, or has read what it was to read. */
  public void committed(long revision, boolean wrote, int attempts) {
    committed = new Committed(revision, wrote, attempts);
  }

  /** Nothing of it is there, or nobody knows. */
  public void refused(String code, boolean isFault) {
    refused = new Refused(code, isFault);
  }

  @Nullable Committed committed() {
    return committed;
  }

  @Nullable Refused refused() {
    return refused;
  }
}
