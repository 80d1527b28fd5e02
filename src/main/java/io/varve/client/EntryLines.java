package io.varve.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Entries that come as the lines of one long answer. */
final class EntryLines {
  private static final String NAME = "GET /v1/entries";

  private EntryLines() {}

  /** The entries in the body, which is closed with the stream. */
  static Stream<VarveEntry> stream(HttpResponse<InputStream> response) {
    String storeId = response.headers().firstValue("Varve-Store-Id").orElse("");
    var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    return Stream.generate(() -> line(lines))
        .takeWhile(line -> !line.isEmpty())
        .map(line -> entry(line, storeId, response.statusCode()))
        .onClose(() -> close(lines));
  }

  /** The next line, or "" after the last. */
  private static String line(BufferedReader lines) {
    try {
      String line = lines.readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw HttpCalls.lost(NAME, e);
    }
  }

  private static VarveEntry entry(String line, String storeId, int status) {
    JsonNode node;
    Problem problem;
    try {
      node = Json.parse(line);
      problem = Json.problemInLine(node);
      if (problem == null) {
        return Json.entry(node, storeId);
      }
    } catch (JacksonException | IllegalArgumentException _) {
      throw VarveException.unexpected(status, NAME);
    }
    throw new VarveException(problem, Fate.of(problem), null);
  }

  private static void close(BufferedReader lines) {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
