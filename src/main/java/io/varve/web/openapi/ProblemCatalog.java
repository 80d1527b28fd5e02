package io.varve.web.openapi;

import io.varve.model.ErrorCode;
import java.util.Map;

/** What a description must know about problems. */
public interface ProblemCatalog {
  /** The HTTP status of an error. */
  int status(ErrorCode code);

  /** The body of such an error, as a client could see it. */
  Map<String, Object> example(ErrorCode code);

  /** The type whose schema the body of every problem has. */
  Class<?> schema();
}
