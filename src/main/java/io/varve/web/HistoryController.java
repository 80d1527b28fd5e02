package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import io.varve.access.Action;
import io.varve.model.ErrorCode;
import io.varve.model.HistoryEntry;
import io.varve.model.Key;
import io.varve.model.StoreErrors;
import io.varve.model.Value;
import io.varve.txn.StoreSessions;
import io.varve.web.openapi.Errors;
import io.varve.web.openapi.KeyEncodingParameter;
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
@Guarded(Guarded.By.OPERATION)
@Tag(name = "Ranges and history")
final class HistoryController {
  private static final Set<String> PARAMETERS = Set.of("key", "limit", "encoding");

  private final StoreSessions sessions;
  private final WebLimits limits;
  private final Admission admission;
  private final WorkPools pools;

  HistoryController(
      StoreSessions sessions, WebLimits limits, Admission admission, WorkPools pools) {
    this.sessions = sessions;
    this.limits = limits;
    this.admission = admission;
    this.pools = pools;
  }

  @Operation(
      operationId = "getHistory",
      summary = "Read the versions of a key",
      description =
          "Newest first, down to what prune has kept. No versions: there never was such a key.")
  @Parameter(
      name = "key",
      in = ParameterIn.QUERY,
      required = true,
      description = "The key.",
      schema = @Schema(type = "string"),
      example = "users/42")
  @Parameter(
      name = "limit",
      in = ParameterIn.QUERY,
      description = "Versions at most; `GET /v1/limits` tells the default and the maximum.",
      schema = @Schema(type = "integer", format = "int32", minimum = "1"),
      example = "100")
  @KeyEncodingParameter
  @Errors(ErrorCode.KEY_TOO_LARGE)
  @ApiResponse(responseCode = "200", description = "The versions.")
  @GetMapping(path = "/v1/history", produces = MediaType.APPLICATION_JSON_VALUE)
  HistoryAnswer history(HttpServletRequest request) {
    QueryParameters query = QueryParameters.of(request, PARAMETERS);
    Key key = query.key("key");
    if (key == null) {
      throw StoreErrors.malformed("key", "Name the key.");
    }
    Caller.of(request).require(Action.READ, key);
    int limit = query.count("limit", limits.pageEntriesDefault(), limits.pageEntries());
    List<HistoryEntry> found =
        admission.read(
            () ->
                pools.work(
                    () -> sessions.transactions().history(key, limit + 1, limits.resultBytes())));
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

  /** The history of a key. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(description = "The history of a key.")
  record HistoryAnswer(
      @Schema(description = "The key.", example = "users/42") Bytes key,
      @Schema(description = "Its versions, newest first.") List<Version> versions,
      @Schema(
              description =
                  "True where the limit, or the bytes of an answer, may have cut it; else left"
                      + " out.",
              example = "true")
          @Nullable Boolean more)
      implements PooledAnswer {}

  /** A version. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(description = "A version of a key.")
  record Version(
      @Schema(description = "The revision that wrote it.", example = "913") long revision,
      @Schema(description = "What it wrote; left out where it deleted the key.", example = "Ada")
          @Nullable Bytes value,
      @Schema(
              description = "The content type of the value; left out where there was none.",
              example = "text/plain")
          @Nullable String contentType,
      @Schema(description = "Whether it deleted the key.", example = "false") boolean deleted,
      @Schema(
              description =
                  "When it was committed; rounded down to the second once the log is trimmed.",
              example = "2026-01-01T00:00:00Z")
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
