package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.txn.Outcome;
import io.varve.web.TxnRequest.OperationJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonSerialize;

/** The result of one operation, under the name of the operation. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
    name = "Result",
    description = "The result of one operation, under the name of the operation.",
    minProperties = 1,
    maxProperties = 1)
record ResultJson(
    @Schema(description = "Of a get.") @Nullable GetResult get,
    @Schema(description = "Of a put.") @Nullable PutResult put,
    @Schema(description = "Of a delete.") @Nullable DeleteResult delete,
    @Schema(description = "Of a scan.") @Nullable ScanResult scan,
    @Schema(description = "Of an add.") @Nullable AddResult add) {
  /** The revision of what a transaction has written that is not committed. */
  static final long BUFFERED = 0;

  /**
   * The results of operations that were carried out.
   *
   * @param revision of their commit, {@link PendingRevision} or {@link #BUFFERED}
   */
  static List<ResultJson> of(
      List<@Nullable OperationJson> operations, List<Outcome> outcomes, long revision) {
    List<ResultJson> results = new ArrayList<>(outcomes.size());
    for (int i = 0; i < outcomes.size(); i++) {
      results.add(of(operations.get(i), outcomes.get(i), revision));
    }
    return results;
  }

  private static ResultJson of(@Nullable OperationJson operation, Outcome outcome, long revision) {
    return switch (outcome) {
      case Outcome.Got got ->
          of(
              new GetResult(
                  got.entry() == null ? null : EntryJson.of(got.entry(), revision, false)));
      case Outcome.Written _ ->
          of(revision == BUFFERED ? PutResult.BUFFERED : new PutResult(revision, null));
      case Outcome.Deleted deleted -> of(new DeleteResult(deleted.existed()));
      case Outcome.Scanned scanned -> {
        boolean keysOnly =
            operation != null
                && operation.scan() != null
                && Boolean.TRUE.equals(operation.scan().keysOnly());
        List<EntryJson> entries =
            scanned.entries().stream()
                .map(entry -> EntryJson.of(entry, revision, keysOnly))
                .toList();
        yield of(new ScanResult(entries, scanned.more() ? true : null));
      }
      case Outcome.Added added -> of(AddResult.of(added.sum()));
    };
  }

  private static ResultJson of(GetResult get) {
    return new ResultJson(get, null, null, null, null);
  }

  private static ResultJson of(PutResult put) {
    return new ResultJson(null, put, null, null, null);
  }

  private static ResultJson of(DeleteResult delete) {
    return new ResultJson(null, null, delete, null, null);
  }

  private static ResultJson of(ScanResult scan) {
    return new ResultJson(null, null, null, scan, null);
  }

  private static ResultJson of(AddResult add) {
    return new ResultJson(null, null, null, null, add);
  }

  /** Of a get. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  @Schema(description = "The result of a get.")
  record GetResult(
      @Schema(description = "The entry, or null where there is none.") @Nullable EntryJson entry) {}

  /** Of a put: one of the two. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(description = "The result of a put: one of the two.")
  record PutResult(
      @Schema(description = "The revision that wrote the key.", example = "913")
          @JsonSerialize(using = PendingRevision.Writer.class)
          @Nullable Long revision,
      @Schema(description = "True where it waits for the commit.", example = "true")
          @Nullable Boolean buffered) {
    static final PutResult BUFFERED = new PutResult(null, true);
  }

  /** Of a delete. */
  @Schema(description = "The result of a delete.")
  record DeleteResult(
      @Schema(description = "Whether there was something to delete.", example = "true")
          boolean deleted) {}

  /** Of a scan. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(description = "The result of a scan.")
  record ScanResult(
      @Schema(description = "Entries, in the order of the scan.") List<EntryJson> entries,
      @Schema(
              description = "True where the range holds more of them; else left out.",
              example = "true")
          @Nullable Boolean more) {}

  /** Of an addition. */
  @Schema(description = "The result of an add.")
  record AddResult(
      @Schema(description = "The number that is there now.", example = "5") long value,
      @Schema(
              description =
                  "The number that is there now as text, for clients whose numbers are not exact"
                      + " beyond 2^53 - 1.",
              example = "5")
          String text) {
    static AddResult of(long sum) {
      return new AddResult(sum, Long.toString(sum));
    }
  }
}
