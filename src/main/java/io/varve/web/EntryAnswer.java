package io.varve.web;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.varve.model.ErrorCode;
import io.varve.web.openapi.AnswerHeader;
import io.varve.web.openapi.Errors;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An operation that answers with the value of a key. */
@ApiResponse(
    responseCode = "200",
    description =
        "The value, byte for byte, with the content type that it was stored with; or the entry as"
            + " an object, with `form=entry`, `Accept: application/vnd.varve.entry+json`, or, for a"
            + " value that is not JSON itself, `Accept: application/json`.",
    content = {
      @Content(
          mediaType = "application/octet-stream",
          schema = @Schema(type = "string", format = "binary")),
      @Content(mediaType = "*/*", schema = @Schema(type = "string", format = "binary"))
    })
@ApiResponse(
    responseCode = "304",
    description = "The entry has one of the tags of `If-None-Match`.",
    content = @Content)
@AnswerHeader(
    name = "ETag",
    on = {200, 304})
@Errors(ErrorCode.KEY_NOT_FOUND)
@Parameter(
    name = "form",
    in = ParameterIn.QUERY,
    description =
        "`raw` for the stored bytes, `entry` for the entry as an object. Without it `Accept`"
            + " decides.",
    schema =
        @Schema(
            type = "string",
            allowableValues = {"raw", "entry"}),
    example = "raw")
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface EntryAnswer {}
