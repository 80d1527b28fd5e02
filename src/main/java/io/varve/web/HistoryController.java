package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.varve.model.HistoryEntry;
import io.varve.model.Key;
import io.varve.model.StoreErrors;
import io.varve.model.Value;
import io.varve.txn.MvccTransactionManager;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The versions of a key. */
@RestController
final class HistoryController {
  private static final Set<String> PARAMETERS = Set.of("key", "limit", "encoding");

  private final MvccTransactionManager transactions;
  private final WebLimits limits;
  private final Admission admission;

  HistoryController(MvccTransactionManager transactions, WebLimits limits, Admission admission) {
    this.transactions = transactions;
    this.limits = limits;
    this.admission = admission;
  }

  @GetMapping(path = "/v1/history", produces = MediaType.APPLICATION_JSON_VALUE)
  HistoryAnswer history(HttpServletRequest request) {
    QueryParameters query = QueryParameters.of(request, PARAMETERS);
    Key key = query.key("key");
    if (key == null) {
      throw StoreErrors.malformed("key", "Name the key.");
    }
    int limit = query.count("limit", limits.pageEntriesDefault(), limits.pageEntries());
    List<HistoryEntry> found =
        admission.read(() -> transactions.history(key, limit + 1, limits.resultBytes()));
    ByteBudget.of(request).add(bytes(found));
    List<Version> versions = found.stream().limit(limit).map(Version::of).toList();
    boolean cut = found.size() > limit || bytes(found) >= limits.resultBytes();
    return new HistoryAnswer(Bytes.of(key), versions, cut ? true : null);
  }

  private static long bytes(List<HistoryEntry> versions) {
    return versions.stream()
        .map(HistoryEntry::value)
        .mapToLong(value -> value == null ? 0 : value.length())
        .sum();
  }

  /**
   * The history of a key.
   *
   * @param key which
   * @param versions newest first
   * @param more true where the limit, or the bytes of an answer, may have cut it; else left out
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record HistoryAnswer(Bytes key, List<Version> versions, @Nullable Boolean more) {}

  /**
   * A version.
   *
   * @param revision that wrote it
   * @param value what it wrote; left out where it deleted the key
   * @param contentType the content type of the value; left out where there was none
   * @param deleted whether it deleted the key
   * @param time when it was committed
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Version(
      long revision,
      @Nullable Bytes value,
      @Nullable String contentType,
      boolean deleted,
      Instant time) {
    static Version of(HistoryEntry entry) {
      Value value = entry.value();
      return new Version(
          entry.revision().value(),
          value == null ? null : Bytes.of(value),
          value == null ? null : value.contentType(),
          value == null,
          entry.time());
    }
  }
}
