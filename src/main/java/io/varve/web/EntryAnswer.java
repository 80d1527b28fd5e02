package io.varve.web;

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
    description = "The value, byte for byte, with the content type that it was stored with.",
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
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface EntryAnswer {}
