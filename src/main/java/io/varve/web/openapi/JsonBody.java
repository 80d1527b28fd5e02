package io.varve.web.openapi;

import io.varve.model.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation whose body is JSON. */
@Errors({
  ErrorCode.MALFORMED_REQUEST,
  ErrorCode.REQUEST_TIMEOUT,
  ErrorCode.REQUEST_TOO_LARGE,
  ErrorCode.UNSUPPORTED_MEDIA_TYPE
})
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface JsonBody {}
