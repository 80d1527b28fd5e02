package io.varve.model;

/**
 * What can go wrong, as clients see it: the constant's name is the stable code, the title never
 * varies, and {@code retryable} says whether the same request may succeed when it is sent again.
 */
public enum ErrorCode {
  MALFORMED_REQUEST("Malformed request", false),
  KEY_NOT_PATH_SAFE("Key cannot be carried in a path", false),
  REVISION_IN_FUTURE("Revision is in the future", false),
  INVALID_PAGE_TOKEN("Invalid page token", false),
  NOT_A_NUMBER("Value is not a decimal integer", false),
  UNAUTHENTICATED("Token is missing or unknown", false),
  FORBIDDEN("Not allowed", false),
  NOT_FOUND("No such resource", false),
  KEY_NOT_FOUND("Key not found", false),
  TRANSACTION_NOT_FOUND("Transaction not found", false),
  HOLD_NOT_FOUND("Hold not found", false),
  CHECKPOINT_NOT_FOUND("Checkpoint not found", false),
  METHOD_NOT_ALLOWED("Method not allowed", false),
  NOT_ACCEPTABLE("No acceptable representation", false),
  TRANSACTION_CONFLICT("Transaction conflict", true),
  TRANSACTION_BUSY("Transaction is busy", true),
  IDEMPOTENCY_IN_PROGRESS("Request is in progress", true),
  JOB_RUNNING("Job is running", true),
  CHECKPOINT_DAMAGED("Checkpoint is damaged", false),
  REVISION_PRUNED("Revision is pruned", false),
  REVISION_LOST("Revision was lost", false),
  TRANSACTION_EXPIRED("Transaction expired", true),
  TRANSACTION_FINISHED("Transaction is finished", false),
  REQUEST_TIMEOUT("Request came too slowly", true),
  PRECONDITION_FAILED("Precondition failed", false),
  PRECONDITION_REQUIRED("Precondition required", false),
  KEY_TOO_LARGE("Key is too large", false),
  VALUE_TOO_LARGE("Value is too large", false),
  TRANSACTION_TOO_LARGE("Transaction is too large", false),
  REQUEST_TOO_LARGE("Request is too large", false),
  UNSUPPORTED_MEDIA_TYPE("Unsupported media type", false),
  IDEMPOTENCY_KEY_REUSED("Idempotency key was used for another request", false),
  TOO_MANY_REQUESTS("Too many requests", true),
  TOO_MANY_TRANSACTIONS("Too many open transactions", true),
  STORE_UNAVAILABLE("Store is unavailable", true),
  WRITE_STALL("Writes are stalled", true),
  SHUTTING_DOWN("Service is shutting down", true),
  DISK_FULL("Disk is full", true),
  /** The store cannot be opened: the directory belongs to something else. */
  NOT_A_VARVE_STORE("Not a Varve store", false),
  /** The store cannot be opened: it was written by another version of Varve. */
  UNKNOWN_FORMAT("Unknown format version", false),
  /** The store cannot be opened: it is open elsewhere. */
  STORE_LOCKED("Store is in use", true),
  /** The store cannot be opened: the file system refuses to let us write. */
  DATA_DIRECTORY_NOT_WRITABLE("Data directory is not writable", false),
  /** A file of the store is damaged. */
  STORAGE_CORRUPTED("Store is damaged", false),
  /** The file system failed. */
  STORAGE_IO("Store cannot be read or written", true),
  INTERNAL_ERROR("Internal error", false);

  private final String title;
  private final boolean retryable;

  ErrorCode(String title, boolean retryable) {
    this.title = title;
    this.retryable = retryable;
  }

  /** A short, constant description. */
  public String title() {
    return title;
  }

  /** Whether the same request may succeed later. */
  public boolean retryable() {
    return retryable;
  }
}
