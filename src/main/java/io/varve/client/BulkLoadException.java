package io.varve.client;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A bulk load has ended before its end. What was committed stays. The load is not tried again;
 * whoever does that must begin after what is committed, or not mind that some operations are done
 * twice.
 */
public final class BulkLoadException extends VarveException {
  private static final long serialVersionUID = 1L;

  private final long committedOperations;
  private final long lastRevision;
  private final boolean isExact;
  private final long line;

  BulkLoadException(
      Problem problem,
      BulkResult committed,
      boolean isExact,
      long line,
      @Nullable Throwable cause) {
    super(problem, isExact ? Fate.REFUSED : Fate.UNKNOWN, cause);
    this.committedOperations = committed.operations();
    this.lastRevision = committed.revision();
    this.isExact = isExact;
    this.line = line;
  }

  /**
   * How many operations, from the first, are committed; at least, if that is not {@link #exact}.
   */
  public long committedOperations() {
    return committedOperations;
  }

  /** The revision of the last commit that is known; 0 if there was none. */
  public long lastRevision() {
    return lastRevision;
  }

  /** Whether the server has told all that it committed. If not, more may be there. */
  public boolean exact() {
    return isExact;
  }

  /** Which operation the server does not take, from 1, if it was that. */
  public OptionalLong line() {
    return line > 0 ? OptionalLong.of(line) : OptionalLong.empty();
  }
}
