package io.varve.web.openapi;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.ErrorCode;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation whose path has the id of a checkpoint. */
@Parameter(
    name = "id",
    in = ParameterIn.PATH,
    required = true,
    description = "The id that `POST /v1/admin/checkpoints` gave.",
    schema = @Schema(type = "string"),
    example = "20261124T104500Z-r913")
@Errors(ErrorCode.CHECKPOINT_NOT_FOUND)
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface CheckpointId {}
