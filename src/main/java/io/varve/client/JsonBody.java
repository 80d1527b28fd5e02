package io.varve.client;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes the bodies of requests. */
final class JsonBody {
  private final JsonGenerator json;

  private JsonBody(JsonGenerator json) {
    this.json = json;
  }

  static byte[] of(OneShot transaction) {
    return object(
        body -> {
          body.json.writeArrayPropertyStart("compare");
          transaction.conditions().forEach(body::condition);
          body.json.writeEndArray();
          body.operations("success", transaction.success());
          body.operations("failure", transaction.failure());
          body.textIfAny("label", transaction.label());
        });
  }

  static byte[] of(List<? extends Operation> operations) {
    return object(body -> body.operations("operations", operations));
  }

  static byte[] of(TransactionOptions options) {
    return object(
        body -> {
          body.textIfAny("isolation", options.isolation());
          if (options.readOnly()) {
            body.json.writeBooleanProperty("readOnly", true);
          }
          body.textIfAny("timeout", options.timeout());
          body.textIfAny("label", options.label());
          if (options.revision() != null) {
            body.json.writeNumberProperty("revision", options.revision());
          }
        });
  }

  /** Writes an operation and the end of its line. */
  static void line(Operation.Write operation, OutputStream lines) {
    try (JsonGenerator json = generator(lines)) {
      new JsonBody(json).operation(operation);
      json.writeRaw('\n');
    }
  }

  private static byte[] object(Consumer<JsonBody> members) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = generator(bytes)) {
      json.writeStartObject();
      members.accept(new JsonBody(json));
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static JsonGenerator generator(OutputStream bytes) {
    return Json.MAPPER.createGenerator(bytes);
  }

  private void operations(String name, List<? extends Operation> operations) {
    json.writeArrayPropertyStart(name);
    operations.forEach(this::operation);
    json.writeEndArray();
  }

  private void condition(Condition condition) {
    json.writeStartObject();
    switch (condition) {
      case Condition.Exists(VarveKey key, boolean exists) -> {
        bytes("key", key.array());
        json.writeBooleanProperty("exists", exists);
      }
      case Condition.OfRevision(VarveKey key, Comparison comparison, long revision) -> {
        bytes("key", key.array());
        json.writeObjectPropertyStart("revision");
        json.writeNumberProperty(comparison.jsonName(), revision);
        json.writeEndObject();
      }
      case Condition.OfValue(VarveKey key, Comparison comparison, VarveValue value) -> {
        bytes("key", key.array());
        json.writeObjectPropertyStart("value");
        bytes(comparison.jsonName(), value.array());
        json.writeEndObject();
      }
    }
    json.writeEndObject();
  }

  private void operation(Operation operation) {
    json.writeStartObject();
    switch (operation) {
      case Operation.Get(VarveKey key) -> step("get", key);
      case Operation.Delete(VarveKey key) -> step("delete", key);
      case Operation.Put(VarveKey key, VarveValue value) -> {
        step("put", key);
        bytes("value", value.array());
        if (value.isDescribed()) {
          json.writeStringProperty("contentType", value.contentType());
        }
      }
      case Operation.Add(VarveKey key, long delta) -> {
        step("add", key);
        json.writeNumberProperty("delta", delta);
      }
      case Operation.ReadRange(Scan scan) -> {
        json.writeObjectPropertyStart("scan");
        range(scan);
      }
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  private void step(String name, VarveKey key) {
    json.writeObjectPropertyStart(name);
    bytes("key", key.array());
  }

  private void range(Scan scan) {
    keyIfAny("prefix", scan.prefix());
    keyIfAny("start", scan.start());
    keyIfAny("end", scan.end());
    if (scan.pageSize() != null) {
      json.writeNumberProperty("limit", scan.pageSize());
    }
    if (scan.reverse()) {
      json.writeBooleanProperty("reverse", true);
    }
  }

  private void keyIfAny(String name, @Nullable VarveKey key) {
    if (key != null) {
      bytes(name, key.array());
    }
  }

  private void textIfAny(String name, @Nullable Object value) {
    if (value != null) {
      json.writeStringProperty(name, value.toString());
    }
  }

  /** A string where the bytes are UTF-8, and an object where they are not. */
  private void bytes(String name, byte[] bytes) {
    String text = Utf8.decode(bytes);
    if (text != null) {
      json.writeStringProperty(name, text);
      return;
    }
    json.writeObjectPropertyStart(name);
    json.writeStringProperty("base64", Base64.getEncoder().encodeToString(bytes));
    json.writeEndObject();
  }
}
