package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of the problems that {@link Problems} writes, for the description of the interface.
 * Which of the later ones a problem has depends on its code.
 */
@Schema(
    name = "Problem",
    description =
        "A problem of RFC 9457. The members after `retryable` depend on the code; clients ignore"
            + " those that they do not know.")
@JsonInclude(JsonInclude.Include.NON_NULL)
record ProblemJson(
    @Schema(
            description = "Names the kind of problem; there is nothing to fetch.",
            format = "uri",
            example = "urn:varve:problem:revision-pruned")
        String type,
    @Schema(
            description = "A short text that is the same for every problem of this code.",
            example = "Revision is pruned")
        String title,
    @Schema(description = "The HTTP status.", example = "410") int status,
    @Schema(description = "The kind of problem, stable, for programs.", example = "REVISION_PRUNED")
        ErrorCode code,
    @Schema(
            description = "What happened and what to do, for people.",
            example = "Revision 3 is pruned; the oldest that can be read is 905.")
        String detail,
    @Schema(
            description = "The path of the request.",
            format = "uri-reference",
            example = "/v1/kv/users/42")
        String instance,
    @Schema(
            description = "Whether the same request may succeed when it is sent again.",
            example = "false")
        boolean retryable,
    @Schema(
            description = "The header, parameter or field of the body that is wrong.",
            example = "limit")
        @Nullable String field,
    @Schema(
            description = "What the caller may not do.",
            allowableValues = {"read", "write", "administer", "observe"},
            example = "write")
        @Nullable String action,
    @Schema(description = "The path that carries such a key.", example = "/v1/kv-b64/{key}")
        @Nullable String useInstead,
    @Schema(description = "The revision that was read.", example = "913") @Nullable Long revision,
    @Schema(description = "The revision that was asked for.", example = "3")
        @Nullable Long requested,
    @Schema(description = "The newest revision.", example = "913") @Nullable Long current,
    @Schema(description = "The oldest revision that can be read.", example = "905")
        @Nullable Long oldestRevision,
    @Schema(description = "The last revision before those that a crash took back.", example = "905")
        @Nullable Long lostAbove,
    @Schema(description = "The last of the revisions that a crash took back.", example = "913")
        @Nullable Long lostUpTo,
    @Schema(description = "The key that the problem is about, for people.", example = "users/42")
        @Nullable String key,
    @Schema(
            description = "The revision of the entry that is there; left out where there is none.",
            example = "913")
        @Nullable Long currentRevision,
    @Schema(description = "The id of the open store, of a restore.", example = "3f2a9c01d4e5b678")
        @Nullable String currentStoreId,
    @Schema(description = "The limit that was reached.", example = "4096") @Nullable Long limit,
    @Schema(description = "How much there was.", example = "5000") @Nullable Long actual,
    @Schema(description = "Bytes free on the disk of the store.", example = "734003200")
        @Nullable Long freeBytes,
    @Schema(description = "Bytes that are still to be written there.", example = "52428800")
        @Nullable Long pendingBytes,
    @Schema(description = "Files at level 0 of the storage engine.", example = "256")
        @Nullable Long level0Files,
    @Schema(description = "Bytes that the storage engine has to compact.", example = "68719476736")
        @Nullable Long compactionBytes,
    @Schema(
            description = "Milliseconds that the transaction might have been open.",
            example = "10000")
        @Nullable Long timeoutMs,
    @Schema(description = "How the transaction has ended.", example = "COMMITTED")
        @Nullable String state,
    @Schema(description = "The line of a bulk load that is to blame.", example = "25001")
        @Nullable Long line,
    @Schema(description = "Outcomes of requests that are kept.", example = "5000000")
        @Nullable Long outcomes,
    @Schema(description = "Bytes of outcomes that are kept.", example = "1073741824")
        @Nullable Long outcomeBytes,
    @Schema(description = "Milliseconds to wait before the next try.", example = "1000")
        @Nullable Long retryAfterMs,
    @Schema(description = "The job that is running.", example = "flush") @Nullable String job,
    @Schema(description = "The checkpoint that is damaged.", example = "20261124T104500Z-r913")
        @Nullable String checkpoint,
    @Schema(description = "What was in the transaction's way.")
        @Nullable List<ConflictJson> conflicts,
    @Schema(description = "How often the server ran the request.", example = "16")
        @Nullable Integer attempts,
    @Schema(
            description = "That it is unknown whether the write is stored: read before a retry.",
            allowableValues = "unknown",
            example = "unknown")
        @Nullable String outcome,
    @Schema(description = "What the store was doing.", example = "append to the log")
        @Nullable String operation,
    @Schema(
            description = "Finds the failure in the log of the server.",
            example = "9b1c5e7f20a4d386")
        @Nullable String traceId) {}
