package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.access.Action;
import io.varve.model.ErrorCode;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.txn.ReadPoint;
import io.varve.txn.ReadView;
import io.varve.txn.StoreSessions;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reads ranges page by page, in the store or inside of a transaction. */
@Component
final class EntryPages {
  /** What chooses a range and how it is read. */
  static final Set<String> PARAMETERS =
      Set.of("prefix", "start", "end", "limit", "reverse", "keysOnly", "pageToken", "encoding");

  private final PageTokens tokens;
  private final StoreSessions sessions;
  private final WebLimits limits;

  EntryPages(PageTokens tokens, StoreSessions sessions, WebLimits limits) {
    this.tokens = tokens;
    this.sessions = sessions;
    this.limits = limits;
  }

  /**
   * What a request asks for; {@code scope} is where its page token must be of. Throws FORBIDDEN,
   * for a page token too: grants may have changed since it was given.
   */
  ScanRequest scan(HttpServletRequest request, QueryParameters query, String scope) {
    Caller caller = Caller.of(request);
    ScanRequest scan = ScanRequest.of(query, tokens, sessions.storeId(), scope, caller);
    caller.require(Action.READ, scan.whole());
    if (query.has("pageToken") && query.readPoint() instanceof ReadPoint.AtTime time) {
      requireState(time, scan);
    }
    return scan;
  }

  /** A client may repeat the time of its first request, which must name the same state. */
  private void requireState(ReadPoint.AtTime time, ScanRequest scan) {
    Revision then = sessions.transactions().read(time, ReadView::readRevision);
    if (!scan.point().equals(new ReadPoint.AtRevision(then))) {
      throw ScanRequest.ofAnotherScan();
    }
  }

  /**
   * Runs {@code work} on the state that a scan is of. Throws REVISION_PRUNED; for a page that comes
   * too late with what to do.
   */
  <T> T read(ScanRequest scan, Function<ReadView, T> work) {
    try {
      return sessions.transactions().read(scan.point(), work);
    } catch (StoreException e) {
      if (e.code() == ErrorCode.REVISION_PRUNED && scan.goesOn()) {
        throw StoreErrors.pageTooLate(e);
      }
      throw e;
    }
  }

  /** How many entries a request wants on a page. */
  int limit(QueryParameters query) {
    return query.count("limit", limits.pageEntriesDefault(), limits.pageEntries());
  }

  /** One page, whose bytes the request has a share of. */
  EntriesAnswer page(
      HttpServletRequest request, ReadView view, ScanRequest scan, int limit, String scope) {
    ByteBudget.Share share = ByteBudget.of(request);
    share.add(limits.pageBytes());
    ScanPage page =
        view.scan(
            scan.rest(),
            new ScanOptions(limit, limits.pageBytes(), scan.reverse(), scan.keysOnly()));
    long bytes =
        page.entries().stream().mapToLong(e -> (long) e.key().length() + e.value().length()).sum();
    share.shrinkTo(bytes);
    Revision revision = view.readRevision();
    String next =
        page.rest() == null
            ? null
            : tokens.encode(
                new PageToken(
                    sessions.storeId(), revision, scope, scan.reverse(), scan.whole(), page.rest()),
                Caller.of(request).principal().id());
    List<EntryJson> entries =
        page.entries().stream().map(entry -> EntryJson.of(entry, 0, scan.keysOnly())).toList();
    return new EntriesAnswer(revision.value(), entries, next);
  }

  /** A page. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(description = "A page of a range.")
  record EntriesAnswer(
      @Schema(description = "The revision that all pages of the scan show.", example = "913")
          long revision,
      @Schema(description = "Entries, in the order of the scan.") List<EntryJson> entries,
      @Schema(description = "For the next page; left out on the last.", example = "AgCpYwVWpLS56w")
          @Nullable String nextPageToken)
      implements PooledAnswer {}
}
