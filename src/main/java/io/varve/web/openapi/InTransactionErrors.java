package io.varve.web.openapi;

import io.varve.model.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation of a transaction that must be open. */
@Errors({
  ErrorCode.TRANSACTION_BUSY,
  ErrorCode.TRANSACTION_EXPIRED,
  ErrorCode.TRANSACTION_FINISHED,
  ErrorCode.TOO_MANY_REQUESTS
})
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface InTransactionErrors {}
