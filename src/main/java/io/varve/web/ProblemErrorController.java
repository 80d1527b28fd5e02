package io.varve.web;

import io.varve.model.StoreException;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** Where the server sends what failed outside of every controller, for instance in a filter. */
@Controller
final class ProblemErrorController implements ErrorController {
  private static final int NOT_FOUND = 404;

  private final Problems problems;
  private final RevisionHeaders headers;

  ProblemErrorController(Problems problems, RevisionHeaders headers) {
    this.problems = problems;
    this.headers = headers;
  }

  /** A client that calls this path by itself finds nothing. */
  @RequestMapping("${server.error.path:/error}")
  void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
    Object thrown = request.getAttribute(RequestDispatcher.ERROR_EXCEPTION);
    headers.setAll(response);
    StoreException problem =
        thrown instanceof StoreException ours
            ? ours
            : HttpStatuses.errorOf(
                status instanceof Integer found ? found : NOT_FOUND,
                thrown instanceof Throwable cause ? cause : null);
    problems.write(request, response, problem);
  }
}
