package io.varve.web.openapi;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation that heeds the conditional headers of RFC 9110. */
@Parameter(
    name = "If-Match",
    in = ParameterIn.HEADER,
    description =
        "Only if the entry has one of these tags; `*`: only if there is one. Else 412, with the"
            + " current `ETag`.",
    schema = @Schema(type = "string"),
    example = "\"\\\"3f2a9c01d4e5b678-7\\\"\"")
@Parameter(
    name = "If-None-Match",
    in = ParameterIn.HEADER,
    description =
        "Only if the entry has none of these tags; `*`: only if there is no entry. Else a read"
            + " gets 304, and a write 412.",
    schema = @Schema(type = "string"),
    example = "*")
@Errors({ErrorCode.MALFORMED_REQUEST, ErrorCode.PRECONDITION_FAILED})
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Conditional {}
