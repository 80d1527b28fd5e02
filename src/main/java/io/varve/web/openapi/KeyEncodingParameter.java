package io.varve.web.openapi;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation whose query names keys, which may be any bytes. */
@Parameter(
    name = "encoding",
    in = ParameterIn.QUERY,
    description =
        "How the keys in this query are written: as UTF-8, or as base64url if this says so.",
    schema = @Schema(type = "string", allowableValues = "base64url"),
    example = "base64url")
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface KeyEncodingParameter {}
