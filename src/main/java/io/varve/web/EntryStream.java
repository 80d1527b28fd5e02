package io.varve.web;

import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.KeyRange;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.StoreException;
import io.varve.txn.ReadView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Sends a range as one stream, an entry a line. */
@Component
final class EntryStream {
  /*
   * The range is read step by step, each a task of its own on the pool, so that streams take
   * turns. A step is over before its first byte goes to the client, so that a slow client holds
   * nothing but its revision and the lines of one step. The client
   * hears of a failure in the middle twice: the last line is the problem, and the connection is
   * closed without the end that a whole answer has.
   */
  static final int STEP_ENTRIES = 1_000;
  static final int STEP_BYTES = 1 << 20;

  private final WorkPools pools;
  private final ObjectWriter writer;

  EntryStream(WorkPools pools, JsonMapper json) {
    this.pools = pools;
    this.writer = NdjsonOutput.writer(json);
  }

  /**
   * Sends what {@code scan} selects in {@code view}, at most {@code limit} entries; of a HEAD the
   * headers. A failure before the first line leaves the answer open. Throws {@link
   * UncheckedIOException} where the client is gone.
   */
  void write(
      ReadView view,
      ScanRequest scan,
      long limit,
      HttpServletRequest request,
      HttpServletResponse response) {
    ByteBudget.of(request).add(STEP_BYTES);
    try {
      NdjsonOutput out = NdjsonOutput.to(response, writer);
      if (!request.getMethod().equals("HEAD")) {
        try {
          writeSteps(view, scan, limit, out);
        } catch (StoreException e) {
          if (response.isCommitted()) {
            out.line(new Broken(Problems.body(request, e)));
            out.flush();
          }
          throw e;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeSteps(ReadView view, ScanRequest scan, long limit, NdjsonOutput out)
      throws IOException {
    long left = limit;
    @Nullable KeyRange rest = scan.rest();
    while (rest != null && left > 0) {
      Step step = read(view, scan, rest, left);
      out.write(step.lines());
      out.flush();
      left -= step.entries();
      rest = step.rest();
    }
  }

  /**
   * What one turn on a pool makes.
   *
   * @param lines of its entries
   * @param entries how many
   * @param rest what is left, or null
   */
  @SuppressWarnings("ArrayRecordComponent") // made, sent and forgotten
  private record Step(byte[] lines, int entries, @Nullable KeyRange rest) {}

  /**
   * One step: nothing of the engine is held once it returns. Not refused: how many streams may be
   * open is a limit of its own.
   */
  private Step read(ReadView view, ScanRequest scan, KeyRange rest, long left) {
    int entries = (int) Math.min(left, STEP_ENTRIES);
    ScanOptions options = new ScanOptions(entries, STEP_BYTES, scan.reverse(), scan.keysOnly());
    return pools.next(
        () -> {
          ScanPage page = view.scan(rest, options);
          List<EntryJson> lines =
              page.entries().stream().map(e -> EntryJson.of(e, 0, scan.keysOnly())).toList();
          return new Step(NdjsonOutput.lines(writer, lines), lines.size(), page.rest());
        });
  }

  /** The last line of a stream that failed in the middle. */
  @Schema(
      name = "BrokenStream",
      description = "The last line of a stream that failed in the middle.")
  record Broken(
      @Schema(description = "Why.", implementation = ProblemJson.class)
          Map<String, Object> problem) {}
}
