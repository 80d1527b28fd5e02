package io.varve.web.openapi;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A write that is done once however often it is sent. */
@Parameter(
    name = "Idempotency-Key",
    in = ParameterIn.HEADER,
    description =
        "Names this request. Sent again under the same key within 24 hours, it gets the same answer"
            + " again, with `Idempotency-Replayed: true`, and is not done again.",
    schema = @Schema(type = "string", minLength = 1, maxLength = 128, pattern = "^[\\x21-\\x7E]+$"),
    example = "order-4711")
@AnswerHeader(
    name = "Idempotency-Replayed",
    on = {200, 201, 202})
@Errors({
  ErrorCode.MALFORMED_REQUEST,
  ErrorCode.IDEMPOTENCY_IN_PROGRESS,
  ErrorCode.REQUEST_TOO_LARGE,
  ErrorCode.IDEMPOTENCY_KEY_REUSED
})
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface OnceUnderKey {}
