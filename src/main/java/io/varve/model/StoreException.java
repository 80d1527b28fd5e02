package io.varve.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request that was refused or failed. {@link StoreErrors} makes all of them, so that the wording
 * lives in one file. The message tells the user what to do; it never holds a value of the store.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final transient Map<String, Object> context;

  StoreException(ErrorCode code, String detail, Map<String, ?> context, @Nullable Throwable cause) {
    super(detail, cause);
    this.code = code;
    this.context = Collections.unmodifiableMap(new LinkedHashMap<>(context));
  }

  /** What went wrong. */
  public ErrorCode code() {
    return code;
  }

  /** Machine-readable facts, for instance {@code limit} and {@code actual}, in a fixed order. */
  public Map<String, Object> context() {
    return context;
  }

  /** The sentence for the user. */
  public String detail() {
    String message = getMessage();
    return message == null ? code.title() : message;
  }

  @Override
  @SuppressWarnings("OverrideThrowableToString") // the message is for users, the context for logs
  public String toString() {
    return "StoreException[" + code + "] " + detail() + " " + context;
  }
}
