package io.varve.bench;

import java.nio.file.Path;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How records become JSON: on one line between processes, and for people in files. */
final class Json {
  static final JsonMapper LINES = JsonMapper.builder().build();
  private static final JsonMapper FILES =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private Json() {}

  static void write(Path file, Object report) {
    FILES.writeValue(file, report);
  }
}
