package io.varve.web;

import io.varve.model.ErrorCode;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/**
 * Tells what is wrong with a JSON body: which field, and what should be there. The parser's own
 * messages quote the body, and so the values in it.
 */
final class MalformedJson {
  private static final String BODY = "body";

  private MalformedJson() {}

  /** The error for a body that could not be read because of {@code failure}, null if it is none. */
  static StoreException of(@Nullable Throwable failure) {
    return of(failure, false);
  }

  /** The same for a body that has a value on each line, of which this is one. */
  static StoreException ofLine(JacksonException failure) {
    return of(failure, true);
  }

  private static StoreException of(@Nullable Throwable failure, boolean isLine) {
    StoreException ours = ours(failure);
    if (ours != null && ours.code() != ErrorCode.MALFORMED_REQUEST) {
      return ours;
    }
    if (!(failure instanceof JacksonException json)) {
      return ours != null ? ours : StoreErrors.malformed(BODY, "A JSON body is missing.");
    }
    String field = field(json.getPath());
    if (ours != null) {
      return StoreErrors.malformed(field, ours.detail());
    }
    return switch (json) {
      case UnrecognizedPropertyException _ ->
          StoreErrors.malformed(field, "There is no such field here.");
      case MismatchedInputException mismatch ->
          StoreErrors.malformed(field, "This must be " + expected(mismatch.getTargetType()) + ".");
      case InputCoercionException _ ->
          StoreErrors.malformed(field, "This must be an integer of at most 64 bits.");
      case StreamReadException syntax ->
          StoreErrors.malformed(
              field, "This is not JSON, or a field is there twice" + at(syntax, isLine));
      default -> StoreErrors.malformed(field, "This cannot be understood.");
    };
  }

  /** What our own code threw while the body was read, which the parser may have wrapped. */
  private static @Nullable StoreException ours(@Nullable Throwable failure) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof StoreException)) {
      cause = cause.getCause();
    }
    return (StoreException) cause;
  }

  /** For instance {@code success[0].put.key}. */
  private static String field(List<JacksonException.Reference> path) {
    StringBuilder field = new StringBuilder();
    for (JacksonException.Reference step : path) {
      if (step.getPropertyName() == null) {
        field.append('[').append(step.getIndex()).append(']');
      } else {
        field.append(field.isEmpty() ? "" : ".").append(step.getPropertyName());
      }
    }
    return field.isEmpty() ? BODY : field.toString();
  }

  private static String expected(@Nullable Class<?> type) {
    if (type == null) {
      return "of another type";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == String.class) {
      return "a string";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "an integer of at most 64 bits";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "an array";
    }
    return type == Map.class || type.isRecord() ? "an object" : "of another type";
  }

  private static String at(StreamReadException syntax, boolean isLine) {
    TokenStreamLocation at = syntax.getLocation();
    if (at == null) {
      return ".";
    }
    String column = ", column " + at.getColumnNr() + ".";
    return isLine ? column : ", line " + at.getLineNr() + column;
  }
}
