package io.varve.web.openapi;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a bulk load may be told ahead. */
@Parameter(
    name = "label",
    in = ParameterIn.QUERY,
    description = "What the client calls it; each of its commits has it.",
    schema = @Schema(type = "string", maxLength = 128),
    example = "import")
@Parameter(
    name = "expected",
    in = ParameterIn.QUERY,
    description = "How many lines will come, which chooses the size of the first chunk.",
    schema = @Schema(type = "integer", format = "int64", minimum = "0"),
    example = "1000000")
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface BulkParameters {}
