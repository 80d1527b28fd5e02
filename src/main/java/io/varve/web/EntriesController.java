package io.varve.web;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.txn.ReadView;
import io.varve.txn.StoreSessions;
import io.varve.web.openapi.RangeParameters;
import io.varve.web.openapi.ReadPointParameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Ranges of keys, page by page or as one stream. */
@RestController
@Guarded(Guarded.By.OPERATION)
@Tag(name = "Ranges and history", description = "Many keys, and many versions of one key.")
final class EntriesController {
  private static final String PATH = "/v1/entries";
  private static final String SCOPE = PageToken.NO_TRANSACTION;
  private static final Set<String> PARAMETERS = parameters();

  private final StoreSessions sessions;
  private final Admission admission;
  private final WorkPools work;
  private final RevisionHeaders headers;
  private final EntryPages pages;
  private final EntryStream stream;

  EntriesController(
      StoreSessions sessions,
      Admission admission,
      WorkPools work,
      RevisionHeaders headers,
      EntryPages pages,
      EntryStream stream) {
    this.sessions = sessions;
    this.admission = admission;
    this.work = work;
    this.headers = headers;
    this.pages = pages;
    this.stream = stream;
  }

  private static Set<String> parameters() {
    Set<String> all = new HashSet<>(EntryPages.PARAMETERS);
    all.add("revision");
    all.add("at");
    return Set.copyOf(all);
  }

  @Operation(
      operationId = "getEntries",
      summary = "Read a range",
      description =
          "Pages end at `limit` entries or at the bytes that `GET /v1/limits` tells. As"
              + " `application/x-ndjson`, all entries come as one stream, an entry a line, and"
              + " `limit` bounds all of it. If the stream fails in the middle, its last line is"
              + " `{\"problem\":…}` and the connection breaks off.")
  @RangeParameters
  @ReadPointParameters
  @ApiResponse(
      responseCode = "200",
      description = "A page, or all entries, one a line.",
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            schema = @Schema(implementation = EntryPages.EntriesAnswer.class)),
        @Content(
            mediaType = MediaType.APPLICATION_NDJSON_VALUE,
            schema = @Schema(oneOf = {EntryJson.class, EntryStream.Broken.class}))
      })
  @GetMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
  EntryPages.EntriesAnswer page(HttpServletRequest request, HttpServletResponse response) {
    QueryParameters query = QueryParameters.of(request, PARAMETERS);
    int limit = pages.limit(query);
    ScanRequest scan = pages.scan(request, query, SCOPE);
    Function<ReadView, EntryPages.EntriesAnswer> read =
        view -> {
          headers.set(response, view.readRevision());
          var page = pages.page(request, view, scan, limit, SCOPE);
          if (page.nextPageToken() != null) {
            sessions.leases().renew(view.readRevision());
          }
          return page;
        };
    return admission.scan(() -> work.work(() -> pages.read(scan, read)));
  }

  /** Every entry, one a line. The revision is held for as long as the client reads. */
  @GetMapping(path = PATH, produces = MediaType.APPLICATION_NDJSON_VALUE)
  void stream(HttpServletRequest request, HttpServletResponse response) throws IOException {
    QueryParameters query = QueryParameters.of(request, PARAMETERS);
    long limit =
        query.has("limit")
            ? query.count("limit", Integer.MAX_VALUE, Integer.MAX_VALUE)
            : Long.MAX_VALUE;
    ScanRequest scan = pages.scan(request, query, SCOPE);
    try {
      admission.stream(
          () ->
              pages.read(
                  scan,
                  view -> {
                    headers.set(response, view.readRevision());
                    stream.write(view, scan, limit, request, response);
                    return true;
                  }));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
