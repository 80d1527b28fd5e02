package io.varve.web.openapi;

import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.varve.model.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation whose body is a value, byte for byte. */
@RequestBody(
    description = "The value, of any content type, which is stored and given back.",
    required = true,
    content = {
      // Generators take the first.
      @Content(
          mediaType = "application/octet-stream",
          schema = @Schema(type = "string", format = "binary")),
      @Content(mediaType = "*/*", schema = @Schema(type = "string", format = "binary"))
    })
@Errors({
  ErrorCode.MALFORMED_REQUEST,
  ErrorCode.REQUEST_TIMEOUT,
  ErrorCode.UNSUPPORTED_MEDIA_TYPE,
  ErrorCode.VALUE_TOO_LARGE
})
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface RawValueBody {}
