package io.varve.web;

import io.varve.model.ErrorCode;
import io.varve.model.StoreErrors;
import io.varve.model.Value;
import io.varve.txn.StoreSessions;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** Reads a value that is the body of a request. */
@Component
final class ValueBody {
  private final BodyLimit limit;
  private final WorkPools pools;

  ValueBody(StoreSessions sessions, WorkPools pools) {
    this.pools = pools;
    this.limit =
        new BodyLimit(
            ErrorCode.VALUE_TOO_LARGE,
            "The value",
            sessions.transactions().limits().maxValueBytes());
  }

  /** All of the body, with its content type. Throws {@code VALUE_TOO_LARGE}. */
  Value read(HttpServletRequest request) throws IOException {
    requireWhole(request);
    String contentType = contentType(request);
    RequestFingerprint.noteStoredType(request, contentType);
    byte[] bytes =
        limit.readAll(
            request.getInputStream(), request.getContentLengthLong(), ByteBudget.of(request));
    pools.workIf(
        bytes.length > WorkPools.LARGE_BYTES,
        () -> {
          RequestFingerprint.digest(request, bytes);
          return true;
        });
    return Value.wrap(bytes, contentType);
  }

  /** RFC 9110, section 14.5: a part must not take the place of the whole. */
  private static void requireWhole(HttpServletRequest request) {
    if (request.getHeader(HttpHeaders.CONTENT_RANGE) != null) {
      throw StoreErrors.malformed(
          HttpHeaders.CONTENT_RANGE, "A value is stored as a whole. Send all of it.");
    }
  }

  private static @Nullable String contentType(HttpServletRequest request) {
    String contentType = request.getContentType();
    if (contentType != null && !Value.isContentType(contentType)) {
      throw StoreErrors.malformed(
          HttpHeaders.CONTENT_TYPE,
          "This header must be at most "
              + Value.MAX_CONTENT_TYPE_LENGTH
              + " printable ASCII characters.");
    }
    return contentType;
  }
}
