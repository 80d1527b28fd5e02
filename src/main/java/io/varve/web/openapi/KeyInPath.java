package io.varve.web.openapi;

import io.varve.model.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation on the key that its path ends with, slashes and all. */
@Errors({ErrorCode.MALFORMED_REQUEST, ErrorCode.KEY_NOT_PATH_SAFE, ErrorCode.KEY_TOO_LARGE})
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface KeyInPath {
  /** The name of the path parameter in the document; springdoc cannot see it in the pattern. */
  String NAME = "key";
}
