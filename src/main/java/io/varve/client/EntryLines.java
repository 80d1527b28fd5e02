package io.varve.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
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
    return StreamSupport.stream(new Lines(lines), false)
        .map(line -> entry(line, storeId, response.statusCode()))
        .onClose(() -> close(lines));
  }

  /**
   * The lines, each read when it is asked for. A connection that breaks is a failure, and no end.
   */
  private static final class Lines extends Spliterators.AbstractSpliterator<String> {
    private final BufferedReader reader;

    Lines(BufferedReader reader) {
      super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
      this.reader = reader;
    }

    @Override
    public boolean tryAdvance(Consumer<? super String> action) {
      String line;
      try {
        line = reader.readLine();
      } catch (IOException e) {
        throw HttpCalls.lost(NAME, e);
      }
      if (line == null) {
        return false;
      }
      action.accept(line);
      return true;
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
