package io.varve.web;

import io.varve.model.AccessErrors;
import io.varve.model.ErrorCode;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Which status an error has, and which error a status of the framework is. */
final class HttpStatuses {
  private HttpStatuses() {}

  static HttpStatus of(ErrorCode code) {
    return switch (code) {
      case MALFORMED_REQUEST,
          KEY_NOT_PATH_SAFE,
          REVISION_IN_FUTURE,
          INVALID_PAGE_TOKEN,
          NOT_A_NUMBER ->
          HttpStatus.BAD_REQUEST;
      case UNAUTHENTICATED -> HttpStatus.UNAUTHORIZED;
      case FORBIDDEN -> HttpStatus.FORBIDDEN;
      case NOT_FOUND, KEY_NOT_FOUND, TRANSACTION_NOT_FOUND, HOLD_NOT_FOUND, CHECKPOINT_NOT_FOUND ->
          HttpStatus.NOT_FOUND;
      case METHOD_NOT_ALLOWED -> HttpStatus.METHOD_NOT_ALLOWED;
      case NOT_ACCEPTABLE -> HttpStatus.NOT_ACCEPTABLE;
      case TRANSACTION_CONFLICT,
          TRANSACTION_BUSY,
          IDEMPOTENCY_IN_PROGRESS,
          JOB_RUNNING,
          CHECKPOINT_DAMAGED ->
          HttpStatus.CONFLICT;
      case REVISION_PRUNED, REVISION_LOST, TRANSACTION_EXPIRED, TRANSACTION_FINISHED ->
          HttpStatus.GONE;
      case REQUEST_TIMEOUT -> HttpStatus.REQUEST_TIMEOUT;
      case PRECONDITION_FAILED -> HttpStatus.PRECONDITION_FAILED;
      case PRECONDITION_REQUIRED -> HttpStatus.PRECONDITION_REQUIRED;
      case KEY_TOO_LARGE, VALUE_TOO_LARGE, TRANSACTION_TOO_LARGE, REQUEST_TOO_LARGE ->
          HttpStatus.CONTENT_TOO_LARGE;
      case UNSUPPORTED_MEDIA_TYPE -> HttpStatus.UNSUPPORTED_MEDIA_TYPE;
      case IDEMPOTENCY_KEY_REUSED -> HttpStatus.UNPROCESSABLE_CONTENT;
      case TOO_MANY_REQUESTS, TOO_MANY_TRANSACTIONS -> HttpStatus.TOO_MANY_REQUESTS;
      case STORE_UNAVAILABLE, WRITE_STALL, SHUTTING_DOWN, STORE_LOCKED, STORAGE_IO ->
          HttpStatus.SERVICE_UNAVAILABLE;
      case DISK_FULL -> HttpStatus.INSUFFICIENT_STORAGE;
      case NOT_A_VARVE_STORE,
          UNKNOWN_FORMAT,
          DATA_DIRECTORY_NOT_WRITABLE,
          STORAGE_CORRUPTED,
          INTERNAL_ERROR ->
          HttpStatus.INTERNAL_SERVER_ERROR;
    };
  }

  /** The error that the server or the framework found, where only its status is known. */
  static StoreException errorOf(int status, @Nullable Throwable cause) {
    ErrorCode code = codeOf(status);
    if (code == ErrorCode.INTERNAL_ERROR) {
      return StoreErrors.internal("answer", cause);
    }
    if (code == ErrorCode.MALFORMED_REQUEST) {
      return StoreErrors.malformed("request", "The server could not read the request.");
    }
    if (code == ErrorCode.UNAUTHENTICATED) {
      return AccessErrors.unauthenticated();
    }
    if (code == ErrorCode.NOT_FOUND) {
      return StoreErrors.of(code, "There is nothing at this path.");
    }
    return StoreErrors.of(code, code.title() + ".");
  }

  private static ErrorCode codeOf(int status) {
    return switch (status) {
      case 401 -> ErrorCode.UNAUTHENTICATED;
      case 403 -> ErrorCode.FORBIDDEN;
      case 404 -> ErrorCode.NOT_FOUND;
      case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
      case 406 -> ErrorCode.NOT_ACCEPTABLE;
      case 408 -> ErrorCode.REQUEST_TIMEOUT;
      case 413 -> ErrorCode.REQUEST_TOO_LARGE;
      case 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
      case 429 -> ErrorCode.TOO_MANY_REQUESTS;
      case 503 -> ErrorCode.STORE_UNAVAILABLE;
      // A method or a version of HTTP that the server does not know.
      case 501, 505 -> ErrorCode.MALFORMED_REQUEST;
      default -> status < 500 ? ErrorCode.MALFORMED_REQUEST : ErrorCode.INTERNAL_ERROR;
    };
  }
}
