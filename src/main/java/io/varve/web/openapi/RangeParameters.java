package io.varve.web.openapi;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation that reads a range of keys, page by page. */
@Parameter(
    name = "prefix",
    in = ParameterIn.QUERY,
    description = "Only keys that begin with this. Not together with `start` or `end`.",
    schema = @Schema(type = "string"),
    example = "users/")
@Parameter(
    name = "start",
    in = ParameterIn.QUERY,
    description =
        "The first key of the range, inclusive. Without it the range begins at the first.",
    schema = @Schema(type = "string"),
    example = "users/10")
@Parameter(
    name = "end",
    in = ParameterIn.QUERY,
    description = "Where the range ends, exclusive. Without it the range ends at the last key.",
    schema = @Schema(type = "string"),
    example = "users/20")
@Parameter(
    name = "limit",
    in = ParameterIn.QUERY,
    description =
        "Entries of this page at most; `GET /v1/limits` tells the default and the maximum.",
    schema = @Schema(type = "integer", format = "int32", minimum = "1"),
    example = "100")
@Parameter(
    name = "reverse",
    in = ParameterIn.QUERY,
    description = "Read from the last key to the first.",
    schema = @Schema(type = "boolean", defaultValue = "false"),
    example = "false")
@Parameter(
    name = "keysOnly",
    in = ParameterIn.QUERY,
    description = "Leave out values and content types.",
    schema = @Schema(type = "boolean", defaultValue = "false"),
    example = "false")
@Parameter(
    name = "pageToken",
    in = ParameterIn.QUERY,
    description =
        "The `nextPageToken` of the page before. It pins range, direction and revision, which may"
            + " be left out then, or repeated.",
    schema = @Schema(type = "string"))
@KeyEncodingParameter
@Errors({
  ErrorCode.MALFORMED_REQUEST,
  ErrorCode.INVALID_PAGE_TOKEN,
  ErrorCode.KEY_TOO_LARGE,
  ErrorCode.REVISION_PRUNED,
  ErrorCode.REVISION_LOST
})
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface RangeParameters {}
