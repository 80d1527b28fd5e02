package io.varve.web.openapi;

import io.varve.model.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation that is a whole transaction, which the server runs again when it conflicts. */
@Errors({
  ErrorCode.TRANSACTION_CONFLICT,
  ErrorCode.TRANSACTION_EXPIRED,
  ErrorCode.TRANSACTION_TOO_LARGE,
  ErrorCode.TOO_MANY_TRANSACTIONS,
  ErrorCode.WRITE_STALL,
  ErrorCode.DISK_FULL
})
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface CommitErrors {}
