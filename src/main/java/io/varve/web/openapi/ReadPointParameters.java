package io.varve.web.openapi;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation that can read the past. */
@Parameter(
    name = "revision",
    in = ParameterIn.QUERY,
    description = "Read the store as it was at this revision. Not together with `at`.",
    schema = @Schema(type = "integer", format = "int64", minimum = "0"),
    example = "905")
@Parameter(
    name = "at",
    in = ParameterIn.QUERY,
    description =
        "Read the store as it was at this time (RFC 3339), rounded down to the second once the log"
            + " is trimmed. Not together with `revision`.",
    schema = @Schema(type = "string", format = "date-time"),
    example = "2026-01-01T00:00:00Z")
@Errors({
  ErrorCode.MALFORMED_REQUEST,
  ErrorCode.REVISION_IN_FUTURE,
  ErrorCode.REVISION_PRUNED,
  ErrorCode.REVISION_LOST
})
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface ReadPointParameters {}
