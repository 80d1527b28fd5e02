package io.varve.web;

import static java.util.stream.Collectors.joining;

import io.varve.model.ErrorCode;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.apache.catalina.connector.ClientAbortException;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpMediaTypeException;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;

/** Turns whatever a controller or the framework throws into a problem. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ProblemAdvice {
  private static final int BAD_REQUEST = 400;

  private final Problems problems;

  ProblemAdvice(Problems problems) {
    this.problems = problems;
  }

  @ExceptionHandler(Exception.class)
  void handle(Exception e, HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    if (e instanceof ClientAbortException || e instanceof AsyncRequestNotUsableException) {
      return; // nobody is there to read an answer
    }
    if (response.isCommitted()) {
      if (response.getStatus() >= BAD_REQUEST && isOfTheConnection(e)) {
        return; // the server itself refuses a body that it cannot read, and closes the connection
      }
      cutShort(e);
    }
    if (e instanceof ErrorResponse framework) {
      // For instance Allow and Accept.
      framework
          .getHeaders()
          .forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
    }
    problems.write(request, response, translate(e, request));
  }

  /** Only the connection to the client throws these: the store has errors of its own. */
  private static boolean isOfTheConnection(Exception e) {
    Throwable cause = e;
    while (cause != null && !(cause instanceof IOException) && !(cause instanceof StoreException)) {
      cause = cause.getCause();
    }
    return cause instanceof IOException;
  }

  /**
   * Lets the server see the failure: it closes the connection then, so that the client does not
   * take the part of the answer that it has for the whole.
   */
  private static void cutShort(Exception e) throws IOException, ServletException {
    switch (e) {
      case RuntimeException ours -> throw ours;
      case IOException ours -> throw ours;
      case ServletException ours -> throw ours;
      default -> throw new ServletException(e);
    }
  }

  private static StoreException translate(Exception e, HttpServletRequest request) {
    return switch (e) {
      case StoreException ours -> ours;
      case HttpMessageNotReadableException unreadable -> MalformedJson.of(unreadable.getCause());
      case HttpRequestMethodNotSupportedException other ->
          StoreErrors.of(
              ErrorCode.METHOD_NOT_ALLOWED,
              "This resource does not know the method " + other.getMethod() + ".");
      case HttpMediaTypeNotSupportedException other ->
          StoreErrors.of(
              ErrorCode.UNSUPPORTED_MEDIA_TYPE,
              "The body must be " + either(other) + "; set Content-Type to it.");
      case HttpMediaTypeNotAcceptableException other ->
          StoreErrors.of(
              ErrorCode.NOT_ACCEPTABLE,
              "The answer is " + either(other) + ", which Accept does not allow.");
      case MethodArgumentTypeMismatchException mismatch ->
          StoreErrors.malformed(mismatch.getName(), "This has the wrong type.");
      case InvalidMimeTypeException _ ->
          StoreErrors.malformed(HttpHeaders.ACCEPT, "This header must be a list of media types.");
      case IllegalArgumentException _ when isOfAnyType(request.getContentType()) ->
          StoreErrors.of(
              ErrorCode.UNSUPPORTED_MEDIA_TYPE,
              "Content-Type must name the type of the body, and not several.");
      case ErrorResponse other -> HttpStatuses.errorOf(other.getStatusCode().value(), e);
      case IOException _ ->
          StoreErrors.malformed("body", "The connection ended before the request did.");
      case ServletException _ when e.getCause() instanceof StoreException ours -> ours;
      default -> StoreErrors.internal("answer", e);
    };
  }

  /** What the resource takes or gives. */
  private static String either(HttpMediaTypeException refused) {
    List<MediaType> types = refused.getSupportedMediaTypes();
    return types.isEmpty()
        ? MediaType.APPLICATION_JSON_VALUE
        : types.stream().map(MediaType::toString).distinct().sorted().collect(joining(" or "));
  }

  /** Such a type reads well, and then the framework fails over it. */
  private static boolean isOfAnyType(@Nullable String contentType) {
    try {
      return contentType != null && !MediaType.parseMediaType(contentType).isConcrete();
    } catch (InvalidMediaTypeException _) {
      return false;
    }
  }
}
