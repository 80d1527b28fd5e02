package io.varve.model;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes every {@link StoreException}: the wording of all errors is in this file, and in {@link
 * TransactionErrors}.
 */
public final class StoreErrors {
  private StoreErrors() {}

  /** The request cannot be understood; {@code field} names the part that is wrong. */
  public static StoreException malformed(String field, String detail) {
    return error(ErrorCode.MALFORMED_REQUEST, detail, Map.of("field", field));
  }

  /** A key that a path cannot carry without doubt. */
  public static StoreException keyNotPathSafe(String reason) {
    return error(
        ErrorCode.KEY_NOT_PATH_SAFE,
        reason + " Use /v1/kv-b64/{base64url of the key, no padding} instead.",
        Map.of("useInstead", "/v1/kv-b64/{key}"));
  }

  /** The key does not exist at the revision that was read. */
  public static StoreException keyNotFound(Key key, Revision readRevision) {
    return error(
        ErrorCode.KEY_NOT_FOUND,
        "Key " + key + " does not exist at revision " + readRevision + ".",
        Map.of("revision", readRevision.value()));
  }

  /** A revision above the newest one. */
  public static StoreException revisionInFuture(long requested, Revision current) {
    return error(
        ErrorCode.REVISION_IN_FUTURE,
        "Revision " + requested + " does not exist yet; the newest is " + current + ".",
        context("requested", requested, "current", current.value()));
  }

  /** A revision whose versions are partly gone. */
  public static StoreException revisionPruned(Revision requested, Revision oldest) {
    return error(
        ErrorCode.REVISION_PRUNED,
        "Revision " + requested + " is pruned; the oldest that can be read is " + oldest + ".",
        context("requested", requested.value(), "oldestRevision", oldest.value()));
  }

  /** A page that was asked for after its revision was pruned, which {@code pruned} says. */
  public static StoreException pageTooLate(StoreException pruned) {
    return error(
        ErrorCode.REVISION_PRUNED,
        "This page was asked for too late: the revision of the scan is kept for a while after each"
            + " page (pageLease in GET /v1/limits), and was pruned since. Begin again without a"
            + " page token. For slow readers, hold the revision first (POST /v1/admin/holds), or"
            + " read all as one stream (Accept: application/x-ndjson).",
        pruned.context());
  }

  /** A commit that is too old for the log; {@code oldest} is the oldest that is still there. */
  public static StoreException commitTrimmed(Revision requested, Revision oldest) {
    return error(
        ErrorCode.REVISION_PRUNED,
        "What revision "
            + requested
            + " did is no longer on record; the oldest revision that is, is "
            + oldest
            + ".",
        context("requested", requested.value(), "oldestRevision", oldest.value()));
  }

  /** A revision below the newest one that was given to no commit. */
  public static StoreException noSuchCommit(Revision requested) {
    return error(
        ErrorCode.NOT_FOUND,
        "No commit has revision "
            + requested
            + ": revisions rise from commit to commit, but some are left out.",
        Map.of("requested", requested.value()));
  }

  /** A revision that a crash or a restore took back. */
  public static StoreException revisionLost(Revision requested, Revision from, Revision to) {
    return error(
        ErrorCode.REVISION_LOST,
        "Revision "
            + requested
            + " was lost in a crash, or replaced by a restore, as were all above "
            + from
            + " up to "
            + to
            + ". Read the newest revision and decide again.",
        context("requested", requested.value(), "lostAbove", from.value(), "lostUpTo", to.value()));
  }

  /** A time at which commits were visible that a crash or a restore took back. */
  public static StoreException timeLost(Revision from, Revision to) {
    return error(
        ErrorCode.REVISION_LOST,
        "What was visible at this time was lost in a crash, or replaced by a restore: all revisions"
            + " above "
            + from
            + " up to "
            + to
            + ". Ask for an earlier time, or for one after the restart.",
        context("lostAbove", from.value(), "lostUpTo", to.value()));
  }

  /** A page token that this store did not issue, or that does not fit the request. */
  public static StoreException invalidPageToken(String detail) {
    return error(ErrorCode.INVALID_PAGE_TOKEN, detail, Map.of());
  }

  /** An {@code add} on a value that is no decimal integer, or whose sum does not fit 64 bits. */
  public static StoreException notANumber(Key key, String reason) {
    return error(
        ErrorCode.NOT_A_NUMBER, "Key " + key + " " + reason, Map.of("key", key.toString()));
  }

  /** A precondition that does not hold; {@code current} is what is there now, or null. */
  public static StoreException preconditionFailed(Key key, @Nullable Revision current) {
    return preconditionFailed(key, current, "Read it again and decide anew.");
  }

  /** A condition that does not hold, of which a weak tag is the reason or part of it. */
  public static StoreException weakTagNeverMatches(Key key, @Nullable Revision current) {
    return preconditionFailed(
        key,
        current,
        "If-Match has a weak tag (W/\"...\"), which never matches there (RFC 9110, section 13.1.1);"
            + " a proxy that changes answers makes tags weak. Send a tag without W/, as the ETag of"
            + " this answer has it, if you have read that version; or read again and decide anew.");
  }

  private static StoreException preconditionFailed(
      Key key, @Nullable Revision current, String advice) {
    String detail =
        current == null
            ? "Key " + key + " does not exist."
            : "Key " + key + " is at revision " + current + ".";
    return error(
        ErrorCode.PRECONDITION_FAILED,
        detail + " " + advice,
        current == null ? Map.of() : Map.of("currentRevision", current.value()));
  }

  /** A call that replaces the store and does not say which one. */
  public static StoreException storeNotNamed() {
    return of(
        ErrorCode.PRECONDITION_REQUIRED,
        "Name the store that is to be replaced, so that a late retry cannot replace its successor:"
            + " send the id that GET /v1/status shows as If-Match: \"<store id>\" or as"
            + " {\"storeId\":\"<store id>\"}.");
  }

  /** A call that names another store than the one that is open. */
  public static StoreException otherStore(StoreId current) {
    return error(
        ErrorCode.PRECONDITION_FAILED,
        "The open store is "
            + current
            + " and not the one that the request names. It may have been restored since. Read"
            + " GET /v1/status before you decide again.",
        Map.of("currentStoreId", current.toString()));
  }

  /** Something over one of the limits that {@code GET /v1/status} lists. */
  public static StoreException tooLarge(
      ErrorCode code, String what, String unit, long limit, long actual) {
    return error(
        code,
        what + " is " + actual + " " + unit + "; the limit is " + limit + ".",
        context("limit", limit, "actual", actual));
  }

  /** More of something at a time than the service takes. */
  public static StoreException tooManyRequests(String detail, long limit, long retryAfterMs) {
    return error(
        ErrorCode.TOO_MANY_REQUESTS, detail, context("limit", limit, "retryAfterMs", retryAfterMs));
  }

  /** A body that did not come whole in its time. */
  public static StoreException requestTimeout(long limitMs) {
    return error(
        ErrorCode.REQUEST_TIMEOUT,
        "The body of the request did not come whole within "
            + limitMs
            + " ms. Send it faster, or"
            + " less at a time.",
        context("limit", limitMs));
  }

  /** A bulk load of which nothing more came. */
  public static StoreException loadStopped(boolean isSilent) {
    return error(
        ErrorCode.REQUEST_TIMEOUT,
        (isSilent
                ? "The client sent nothing for too long."
                : "The body ended before its proper end.")
            + " The operations above are committed; send the lines that follow them in a new load.",
        Map.of());
  }

  /** A hold that nobody knows, or that has ended. */
  public static StoreException holdNotFound() {
    return error(
        ErrorCode.HOLD_NOT_FOUND,
        "There is no hold of this id. If there was one, it was released, its time is up, or a crash"
            + " took its revision back. Make a new one.",
        Map.of());
  }

  /** As many holds as there may be; {@code retryAfterMs} until the first of them ends. */
  public static StoreException tooManyHolds(long limit, long retryAfterMs) {
    return tooManyRequests(
        "There are " + limit + " holds, which is the limit. Release one or try later.",
        limit,
        retryAfterMs);
  }

  /** A job that was called while it runs. */
  public static StoreException jobRunning(String job) {
    return error(
        ErrorCode.JOB_RUNNING,
        "The " + job + " job is running. Try again when it has finished.",
        Map.of("job", job));
  }

  /** A checkpoint that is not there, or a name that no checkpoint has. */
  public static StoreException checkpointNotFound() {
    return error(
        ErrorCode.CHECKPOINT_NOT_FOUND,
        "There is no checkpoint of this id. GET /v1/admin/checkpoints lists those there are.",
        Map.of());
  }

  /** A checkpoint that is not as it was made; {@code problem} is the first thing that is wrong. */
  public static StoreException checkpointDamaged(String id, String problem) {
    return error(
        ErrorCode.CHECKPOINT_DAMAGED,
        "Checkpoint "
            + id
            + " is damaged: "
            + problem
            + " Use another one; verify tells all that is wrong with this one.",
        Map.of("checkpoint", id));
  }

  /** A restore that has no room for its copy. */
  public static StoreException noSpaceToRestore(long needed, long free) {
    return error(
        ErrorCode.DISK_FULL,
        "The restore needs "
            + needed
            + " bytes beside the store, and "
            + free
            + " are free. Free some space, for instance by deleting old checkpoints.",
        Map.of());
  }

  /** The overlay is at its hard bound and the flush did not catch up in time. */
  public static StoreException writeStall(long overlayBytes, long maxBytes, long retryAfterMs) {
    return error(
        ErrorCode.WRITE_STALL,
        "Unflushed data is at its bound of "
            + maxBytes
            + " bytes and the flush has not caught up. Try again later.",
        context("actual", overlayBytes, "limit", maxBytes, "retryAfterMs", retryAfterMs));
  }

  /** The disk has no room for more than upkeep. */
  public static StoreException diskFull(long freeBytes, long pendingBytes, long reserveBytes) {
    return error(
        ErrorCode.DISK_FULL,
        "The disk of the store has "
            + freeBytes
            + " bytes free, "
            + pendingBytes
            + " of which are spoken for; "
            + reserveBytes
            + " must stay free. Make room on it, or delete keys and prune them with keepVersions 1"
            + " and keepAge PT0S, which takes their history too, and then compact. Writes are"
            + " taken again by themselves.",
        context("freeBytes", freeBytes, "pendingBytes", pendingBytes, "limit", reserveBytes));
  }

  /** The store is as large as it may become. */
  public static StoreException storeFull(long storeBytes, long maxBytes) {
    return error(
        ErrorCode.DISK_FULL,
        "The store has "
            + storeBytes
            + " bytes; varve.disk.max-store-bytes allows "
            + maxBytes
            + ". Raise it, or delete keys and prune them with keepVersions 1 and keepAge PT0S,"
            + " which takes their history too, and then compact. Writes are taken again by"
            + " themselves.",
        context("actual", storeBytes, "limit", maxBytes));
  }

  /** The engine is too far behind with compaction. */
  public static StoreException compactionBehind(
      long level0Files, long compactionBytes, long retryAfterMs) {
    return error(
        ErrorCode.WRITE_STALL,
        "The storage engine is behind: "
            + level0Files
            + " files at level 0, "
            + compactionBytes
            + " bytes to compact. Try again later.",
        context(
            "level0Files",
            level0Files,
            "compactionBytes",
            compactionBytes,
            "retryAfterMs",
            retryAfterMs));
  }

  /** The store is closed or closing. */
  public static StoreException shuttingDown() {
    return error(
        ErrorCode.SHUTTING_DOWN,
        "The service is shutting down. Try again, here after a restart or elsewhere.",
        Map.of());
  }

  /** The store does not take calls. */
  public static StoreException unavailable(String reason) {
    return error(ErrorCode.STORE_UNAVAILABLE, reason, Map.of());
  }

  /** The engine reports an error of its background work. */
  public static StoreException engineFailed() {
    return error(
        ErrorCode.STORAGE_IO,
        "The storage engine has failed in the background; see its file LOG in the store's directory"
            + " db.",
        Map.of());
  }

  /** The data directory holds something else. */
  public static StoreException notAVarveStore(String directory, String reason) {
    return error(
        ErrorCode.NOT_A_VARVE_STORE,
        "Directory "
            + directory
            + " is not a Varve store: "
            + reason
            + " Point varve.data-dir at an empty directory or at a Varve store.",
        Map.of("directory", directory));
  }

  /** The store has a format that this program does not know. */
  public static StoreException unknownFormat(String found, String known) {
    return error(
        ErrorCode.UNKNOWN_FORMAT,
        "The store has format version "
            + found
            + "; this program knows version "
            + known
            + ". Run the version of Varve that wrote it.",
        context("found", found, "known", known));
  }

  /** Another process has the store open. */
  public static StoreException storeLocked(String directory, @Nullable Throwable cause) {
    return new StoreException(
        ErrorCode.STORE_LOCKED,
        "The store in "
            + directory
            + " is open in another process. Stop that one, or use another varve.data-dir.",
        Map.of("directory", directory),
        cause);
  }

  /** This process has the store open already. */
  public static StoreException storeOpenHere(String directory) {
    return error(
        ErrorCode.STORE_LOCKED,
        "The store in "
            + directory
            + " is already open in this process. Close it first, or use another varve.data-dir.",
        Map.of("directory", directory));
  }

  /** The data directory cannot be created or written. */
  public static StoreException notWritable(String directory, @Nullable Throwable cause) {
    return new StoreException(
        ErrorCode.DATA_DIRECTORY_NOT_WRITABLE,
        "Directory "
            + directory
            + " cannot be written. Give the user that runs Varve write permission,"
            + " or use another varve.data-dir.",
        Map.of("directory", directory),
        cause);
  }

  /** A file of the store is damaged; {@code where} names it. */
  public static StoreException corrupted(String where, @Nullable Throwable cause) {
    return new StoreException(
        ErrorCode.STORAGE_CORRUPTED,
        "The store is damaged: " + where + " Restore a checkpoint.",
        Map.of(),
        cause);
  }

  /** The file system failed during {@code operation}. */
  public static StoreException io(String operation, String reason, @Nullable Throwable cause) {
    return new StoreException(
        ErrorCode.STORAGE_IO,
        "The store failed to " + operation + ": " + reason,
        Map.of("operation", operation),
        cause);
  }

  /** The native library of the engine cannot be unpacked or loaded. */
  public static StoreException libraryNotLoaded(String directory, Throwable cause) {
    return new StoreException(
        ErrorCode.STORAGE_IO,
        "The library of RocksDB could not be loaded from "
            + directory
            + " ("
            + cause
            + "). It takes 20 MB in a directory of this user alone, on a file system that is not"
            + " mounted with noexec. Set -Djava.io.tmpdir to another directory for temporary files,"
            + " or remove what is in the way.",
        Map.of("directory", directory),
        cause);
  }

  /** Any other failure of the storage engine during {@code operation}. */
  public static StoreException internal(String operation, @Nullable Throwable cause) {
    return new StoreException(
        ErrorCode.INTERNAL_ERROR,
        "The store failed to " + operation + ". This is a bug; please report it.",
        Map.of("operation", operation),
        cause);
  }

  /** An error of the HTTP layer that has no facts of its own. */
  public static StoreException of(ErrorCode code, String detail) {
    return error(code, detail, Map.of());
  }

  static StoreException error(ErrorCode code, String detail, Map<String, ?> context) {
    return new StoreException(code, detail, context, null);
  }

  static Map<String, Object> context(Object... namesAndValues) {
    Map<String, Object> context = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      context.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return context;
  }
}
