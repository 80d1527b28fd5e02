package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.StoreErrors;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.ReadLeases;
import io.varve.txn.ReadPoint;
import io.varve.txn.ReadView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.SecureRandom;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Ranges of keys, page by page. */
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

  private static final int SECRET_BYTES = 32;

  private final MvccTransactionManager transactions;
  private final ReadLeases leases;
  private final RevisionHeaders headers;
  private final WebLimits limits;
  private final PageTokens tokens;

  EntriesController(
      MvccTransactionManager transactions,
      ReadLeases leases,
      RevisionHeaders headers,
      WebLimits limits) {
    this.transactions = transactions;
    this.leases = leases;
    this.headers = headers;
    this.limits = limits;
    byte[] secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    this.tokens = new PageTokens(secret);
  }

  @GetMapping(path = "/v1/entries", produces = MediaType.APPLICATION_JSON_VALUE)
  EntriesAnswer entries(HttpServletRequest request, HttpServletResponse response) {
    QueryParameters query = QueryParameters.of(request, PARAMETERS);
    int limit = query.count("limit", limits.pageEntriesDefault(), limits.pageEntries());
    boolean keysOnly = query.flag("keysOnly");
    String token = query.text("pageToken");
    Scan scan = token == null ? first(query) : next(query, tokens.decode(token));
    return transactions.read(
        scan.point(),
        view -> {
          headers.set(response, view.readRevision());
          ScanPage page =
              view.scan(scan.rest(), new ScanOptions(limit, limits.pageBytes(), scan.reverse()));
          return answer(view, scan, page, keysOnly);
        });
  }

  /** What is to be read: at which state, of which range, and what is left of it. */
  private record Scan(ReadPoint point, KeyRange whole, KeyRange rest, boolean reverse) {}

  private static Scan first(QueryParameters query) {
    KeyRange range = query.range();
    return new Scan(query.readPoint(), range, range, query.flag("reverse"));
  }

  /** A client may repeat the parameters of its first request, which must be the same then. */
  private Scan next(QueryParameters query, PageToken token) {
    if (!token.storeId().equals(transactions.storeId())) {
      throw StoreErrors.invalidPageToken(
          "This page token is from before a restore. Begin again without one.");
    }
    Revision revision = query.revision();
    boolean sameScan =
        (!query.hasRange() || query.range().equals(token.whole()))
            && (!query.has("reverse") || query.flag("reverse") == token.reverse())
            && (revision == null || revision.equals(token.revision()));
    if (!sameScan) {
      throw StoreErrors.invalidPageToken(
          "This page token is of another scan. Leave out what was asked for there, or repeat it.");
    }
    ReadPoint point = new ReadPoint.AtRevision(token.revision());
    return new Scan(point, token.whole(), token.rest(), token.reverse());
  }

  private EntriesAnswer answer(ReadView view, Scan scan, ScanPage page, boolean keysOnly) {
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
            .map(entry -> EntryJson.of(entry, revision.value(), keysOnly))
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
