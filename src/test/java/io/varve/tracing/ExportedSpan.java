package io.varve.tracing;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A span as a collector gets it. Decoded by the numbers of the fields in OpenTelemetry's {@code
 * trace.proto}, by a reader of the tests' own, so that no library of the sender judges itself.
 *
 * @param parentId empty for the root of a trace
 * @param kind 1 internal, 2 server
 * @param status 0 unset, 2 error
 * @param events their number
 * @param resource what all spans of the process share
 */
record ExportedSpan(
    String traceId,
    String spanId,
    String parentId,
    String name,
    long kind,
    long status,
    long nanos,
    int events,
    Map<String, Object> attributes,
    Map<String, Object> resource) {
  static final int SERVER = 2;
  static final int ERROR = 2;

  /** The spans of an {@code ExportTraceServiceRequest}. */
  static List<ExportedSpan> decode(byte[] request) {
    List<ExportedSpan> spans = new ArrayList<>();
    ProtoReader fields = new ProtoReader(ByteBuffer.wrap(request));
    while (fields.next()) {
      if (fields.field() == 1) {
        addResourceSpans(fields.message(), spans);
      }
    }
    return spans;
  }

  private static void addResourceSpans(ProtoReader fields, List<ExportedSpan> spans) {
    Map<String, Object> resource = new HashMap<>();
    while (fields.next()) {
      switch (fields.field()) {
        case 1 -> {
          ProtoReader inner = fields.message();
          while (inner.next()) {
            if (inner.field() == 1) {
              addAttribute(inner.message(), resource);
            }
          }
        }
        case 2 -> {
          ProtoReader scope = fields.message();
          while (scope.next()) {
            if (scope.field() == 2) {
              spans.add(span(scope.message(), resource));
            }
          }
        }
        default -> {}
      }
    }
  }

  private static ExportedSpan span(ProtoReader fields, Map<String, Object> resource) {
    Map<Integer, String> texts = new HashMap<>();
    Map<String, Object> attributes = new HashMap<>();
    long kind = 0;
    long status = 0;
    long begin = 0;
    long end = 0;
    int events = 0;
    while (fields.next()) {
      switch (fields.field()) {
        case 1, 2, 4 -> texts.put(fields.field(), fields.hex());
        case 5 -> texts.put(5, fields.text());
        case 6 -> kind = fields.number();
        case 7 -> begin = fields.number();
        case 8 -> end = fields.number();
        case 9 -> addAttribute(fields.message(), attributes);
        case 11 -> events++;
        case 15 -> status = statusCode(fields.message());
        default -> {}
      }
    }
    return new ExportedSpan(
        texts.getOrDefault(1, ""),
        texts.getOrDefault(2, ""),
        texts.getOrDefault(4, ""),
        texts.getOrDefault(5, ""),
        kind,
        status,
        end - begin,
        events,
        attributes,
        resource);
  }

  private static long statusCode(ProtoReader fields) {
    long code = 0;
    while (fields.next()) {
      if (fields.field() == 3) {
        code = fields.number();
      }
    }
    return code;
  }

  private static void addAttribute(ProtoReader fields, Map<String, Object> attributes) {
    String name = "";
    Object value = "";
    while (fields.next()) {
      if (fields.field() == 1) {
        name = fields.text();
      } else if (fields.field() == 2) {
        ProtoReader any = fields.message();
        while (any.next()) {
          value = any.field() == 1 ? any.text() : any.number();
        }
      }
    }
    attributes.put(name, value);
  }
}
