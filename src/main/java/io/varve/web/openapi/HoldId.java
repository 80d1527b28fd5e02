package io.varve.web.openapi;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation whose path has the id of a hold. */
@Parameter(
    name = "id",
    in = ParameterIn.PATH,
    required = true,
    description = "The id that `POST /v1/admin/holds` gave.",
    schema = @Schema(type = "string"),
    example = "3f2a9c01d4e5b678")
@Errors(ErrorCode.HOLD_NOT_FOUND)
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface HoldId {}
