package io.varve.web;

import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.StoreException;
import java.io.IOException;
import java.util.regex.Pattern;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Answers what the server refuses before any filter or controller sees it, for instance a path that
 * is no UTF-8, with a problem in place of the server's own page.
 */
final class ProblemValve extends ErrorReportValve {
  private static final Pattern KEY = Pattern.compile("/v1/(?:kv|entries)(?:-b64)?/");

  private static final Pattern KEY_IN_TRANSACTION =
      Pattern.compile("/v1/transactions/[^/]*/kv(-b64)?/");

  private final Problems problems;
  private final RevisionHeaders headers;
  private final SafetyHeaders safety;

  ProblemValve(Problems problems, RevisionHeaders headers, SafetyHeaders safety) {
    this.problems = problems;
    this.headers = headers;
    this.safety = safety;
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable thrown) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    try {
      headers.setAll(response.getResponse());
      safety.writeStrict(request.getRequest(), response.getResponse());
      problems.write(
          request.getRequest(), response.getResponse(), problem(request, status, thrown));
      response.finishResponse();
    } catch (IOException _) {
      // Nobody is there to read an answer.
    }
  }

  private static StoreException problem(Request request, int status, @Nullable Throwable thrown) {
    StoreException problem = HttpStatuses.errorOf(status, thrown);
    if (problem.code() != ErrorCode.MALFORMED_REQUEST) {
      return problem;
    }
    StoreException ofPath = problemOfPath(request);
    return ofPath == null ? problem : ofPath;
  }

  /** What is wrong with the key in the path, where this is a path with a key. */
  private static @Nullable StoreException problemOfPath(Request request) {
    String path = request.getRequestURI();
    if (path == null) {
      return null;
    }
    try {
      if (KEY.matcher(path).lookingAt()) {
        Key _ = KeyConverter.fromPath(path);
      } else if (KEY_IN_TRANSACTION.matcher(path).lookingAt()) {
        Key _ = KeyConverter.fromTransactionPath(path);
      }
      return null;
    } catch (StoreException e) {
      return e;
    }
  }
}
