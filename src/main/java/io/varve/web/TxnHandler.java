package io.varve.web;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.servlet.HandlerMapping;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Takes an ordinary transaction to {@link TxnController} without Spring MVC in between. */
@Component(TxnHandler.NAME)
final class TxnHandler implements HttpRequestHandler {
  /*
   * A transaction of a few keys is done sooner than Spring MVC has found its method, compared media
   * types and chosen converters. So what nearly all clients send, JSON of a known length by POST
   * with a JSON answer welcome, is read and answered here. Whatever needs a decision, for instance
   * another method or a content type with parameters, goes the usual way and is judged by the
   * annotations of the controller alone. Both ways call the same method and end in the same errors.
   */

  /** Of the bean, and of the servlet that looks for a bean of its own name. */
  static final String NAME = "txnHandler";

  static final String PATH = "/v1/txn";

  private static final String DISPATCHER = "dispatcherServlet";
  private static final String JSON = MediaType.APPLICATION_JSON_VALUE;

  private final TxnController controller;
  private final ProblemAdvice problems;
  private final BodyLimit limit;
  private final WorkPools pools;
  private final ObjectReader reader;

  TxnHandler(
      TxnController controller,
      ProblemAdvice problems,
      WebLimits limits,
      WorkPools pools,
      JsonMapper json) {
    this.controller = controller;
    this.problems = problems;
    this.limit = BodyLimit.ofJson(limits);
    this.pools = pools;
    this.reader = json.readerFor(TxnRequest.class);
  }

  @Override
  public void handleRequest(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    if (!isOrdinary(request)) {
      request.getServletContext().getNamedDispatcher(DISPATCHER).forward(request, response);
      return;
    }
    request.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, PATH);
    try {
      controller.run(request, response, read(request));
    } catch (Exception e) {
      problems.handle(e, request, response);
    }
  }

  private static boolean isOrdinary(HttpServletRequest request) {
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    return request.getMethod().equals("POST")
        && JSON.equals(request.getContentType())
        && request.getContentLengthLong() > 0
        && (accept == null || accept.equals(MediaType.ALL_VALUE) || accept.equals(JSON));
  }

  private TxnRequest read(HttpServletRequest request) throws IOException {
    InputStream body = request.getInputStream();
    byte[] large = limit.readIfLarge(request, body);
    if (large == null) {
      return parse(limit.open(request, body));
    }
    InputStream digested = RequestFingerprint.digesting(request, new ByteArrayInputStream(large));
    return pools.<TxnRequest, IOException>work(() -> parse(digested));
  }

  private TxnRequest parse(InputStream json) throws IOException {
    TxnRequest body;
    try {
      body = reader.readValue(json);
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (JacksonException e) {
      throw MalformedJson.of(e);
    }
    if (body == null) {
      throw MalformedJson.of(null);
    }
    return body;
  }
}
