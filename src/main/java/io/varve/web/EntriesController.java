package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.ReadLeases;
import io.varve.txn.ReadView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Ranges of keys, page by page or as one stream. */
@RestController
final class EntriesController {
  private static final Set<String> PARAMETERS =
      Set.of(
          "prefix",
          "start",
          "end",
          "limit",
          "reverse",
          "keysOnly",
          "revision",
          "at",
          "pageToken",
          "encoding");

  private static final String PATH = "/v1/entries";
  private static final int SECRET_BYTES = 32;

  private final MvccTransactionManager transactions;
  private final ReadLeases leases;
  private final RevisionHeaders headers;
  private final WebLimits limits;
  private final PageTokens tokens;
  private final EntryStream stream;

  EntriesController(
      MvccTransactionManager transactions,
      ReadLeases leases,
      RevisionHeaders headers,
      WebLimits limits,
      EntryStream stream) {
    this.transactions = transactions;
    this.leases = leases;
    this.headers = headers;
    this.limits = limits;
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    this.tokens = new PageTokens(secret);
    this.stream = stream;
  }

  @GetMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
  EntriesAnswer page(HttpServletRequest request, HttpServletResponse response) {
    QueryParameters query = QueryParameters.of(request, PARAMETERS);
    int limit = query.count("limit", limits.pageEntriesDefault(), limits.pageEntries());
    ScanRequest scan = ScanRequest.of(query, tokens, transactions.storeId());
    return transactions.read(
        scan.point(),
        view -> {
          headers.set(response, view.readRevision());
          ScanPage page =
              view.scan(scan.rest(), new ScanOptions(limit, limits.pageBytes(), scan.reverse()));
          return answer(view, scan, page);
        });
  }

  /** Every entry, one a line. The revision is held for as long as the client reads. */
  @GetMapping(path = PATH, produces = MediaType.APPLICATION_NDJSON_VALUE)
  void stream(HttpServletRequest request, HttpServletResponse response) throws IOException {
    QueryParameters query = QueryParameters.of(request, PARAMETERS);
    long limit =
        query.has("limit")
            ? query.count("limit", Integer.MAX_VALUE, Integer.MAX_VALUE)
            : Long.MAX_VALUE;
    ScanRequest scan = ScanRequest.of(query, tokens, transactions.storeId());
    try {
      transactions.read(
          scan.point(),
          view -> {
            headers.set(response, view.readRevision());
            stream.write(view, scan, limit, request, response);
            return true;
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private EntriesAnswer answer(ReadView view, ScanRequest scan, ScanPage page) {
    Revision revision = view.readRevision();
    String next = null;
    if (page.rest() != null) {
      leases.renew(revision);
      next =
          tokens.encode(
              new PageToken(
                  transactions.storeId(), revision, scan.reverse(), scan.whole(), page.rest()));
    }
    List<EntryJson> entries =
        page.entries().stream()
            .map(entry -> EntryJson.of(entry, revision.value(), scan.keysOnly()))
            .toList();
    return new EntriesAnswer(revision.value(), entries, next);
  }

  /**
   * A page.
   *
   * @param revision that all pages of the scan show
   * @param entries in the order of the scan
   * @param nextPageToken for the next page; left out on the last
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record EntriesAnswer(long revision, List<EntryJson> entries, @Nullable String nextPageToken) {}
}
