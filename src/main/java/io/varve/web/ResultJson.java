package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.varve.txn.Outcome;
import io.varve.web.TxnRequest.OperationJson;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * The result of one operation, under the name of the operation.
 *
 * @param get of a get
 * @param put of a put
 * @param delete of a delete
 * @param scan of a scan
 * @param add of an add
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ResultJson(
    @Nullable GetResult get,
    @Nullable PutResult put,
    @Nullable DeleteResult delete,
    @Nullable ScanResult scan,
    @Nullable AddResult add) {
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
      case Outcome.Added added -> of(new AddResult(added.sum()));
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

  /**
   * Of a get.
   *
   * @param entry what is there, or null
   */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record GetResult(@Nullable EntryJson entry) {}

  /**
   * Of a put: one of the two.
   *
   * @param revision that wrote the key
   * @param buffered true where it is not committed
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record PutResult(
      @JsonSerialize(using = PendingRevision.Writer.class) @Nullable Long revision,
      @Nullable Boolean buffered) {
    static final PutResult BUFFERED = new PutResult(null, true);
  }

  /**
   * Of a delete.
   *
   * @param deleted whether there was something to delete
   */
  record DeleteResult(boolean deleted) {}

  /**
   * Of a scan.
   *
   * @param entries in the order of the scan
   * @param more true where the range holds more of them; else left out
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ScanResult(List<EntryJson> entries, @Nullable Boolean more) {}

  /**
   * Of an addition.
   *
   * @param value the number that is there now
   */
  record AddResult(long value) {}
}
