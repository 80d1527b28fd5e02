package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.varve.model.CommitRecord;
import io.varve.model.CommitRecord.KeyWrite;
import io.varve.model.Revision;
import io.varve.txn.MvccTransactionManager;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What commits did. */
@RestController
final class RevisionsController {
  private final MvccTransactionManager transactions;
  private final RevisionHeaders headers;
  private final WebLimits limits;
  private final Admission admission;

  RevisionsController(
      MvccTransactionManager transactions,
      RevisionHeaders headers,
      WebLimits limits,
      Admission admission) {
    this.transactions = transactions;
    this.headers = headers;
    this.limits = limits;
    this.admission = admission;
  }

  @GetMapping(path = "/v1/revisions/{revision}", produces = MediaType.APPLICATION_JSON_VALUE)
  RevisionAnswer revision(
      HttpServletRequest request, HttpServletResponse response, @PathVariable String revision) {
    var _ = QueryParameters.of(request, Set.of());
    Revision asked = QueryParameters.revision("revision", revision);
    CommitRecord commit = admission.read(() -> transactions.commit(asked, limits.pageEntries()));
    headers.set(response, asked);
    return new RevisionAnswer(
        asked.value(),
        commit.time(),
        commit.transactionId(),
        commit.label(),
        commit.writes().stream().map(WriteJson::of).toList(),
        commit.more() ? true : null);
  }

  /**
   * A commit.
   *
   * @param revision its revision
   * @param time when it was made
   * @param transactionId the id of its transaction; left out where there is none to ask for
   * @param label what the client called it; left out where it has none
   * @param operations what it did, one for each key it wrote
   * @param more true where it did more than an answer may hold; else left out
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record RevisionAnswer(
      long revision,
      Instant time,
      @Nullable String transactionId,
      @Nullable String label,
      List<WriteJson> operations,
      @Nullable Boolean more) {}

  /** A put or a delete. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record WriteJson(@Nullable WrittenKey put, @Nullable WrittenKey delete) {
    static WriteJson of(KeyWrite write) {
      var key = new WrittenKey(Bytes.of(write.key()));
      return write.deleted() ? new WriteJson(null, key) : new WriteJson(key, null);
    }
  }

  /** The key of a write. Its value is not told. */
  record WrittenKey(Bytes key) {}
}
