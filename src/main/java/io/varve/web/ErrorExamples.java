package io.varve.web;

import static io.varve.model.StoreErrors.tooLarge;

import io.varve.model.AccessErrors;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.TransactionErrors;
import io.varve.txn.Conflict;
import io.varve.txn.ConflictKind;
import io.varve.web.openapi.ProblemCatalog;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/** One problem of each kind, made as real ones are, for the description of the interface. */
@Component
final class ErrorExamples implements ProblemCatalog {
  private static final Key KEY = Key.wrap("users/42".getBytes(StandardCharsets.UTF_8));
  private static final Revision SNAPSHOT = new Revision(905);
  private static final Revision NEWEST = new Revision(913);
  private static final String TRANSACTION_ID = "0b6d1c5e7f20a4d3863f2a9c01d4e5b6";
  private static final String CHECKPOINT_ID = "20261124T104500Z-r913";
  private static final String DIRECTORY = "/var/lib/varve";

  @Override
  public int status(ErrorCode code) {
    return HttpStatuses.of(code).value();
  }

  @Override
  public Map<String, Object> example(ErrorCode code) {
    Map<String, Object> body = Problems.body(instance(code), problem(code));
    if (Problems.isOurFault(code)) {
      body.put("traceId", "9b1c5e7f20a4d386");
    }
    return body;
  }

  @Override
  public Class<?> schema() {
    return ProblemJson.class;
  }

  private static String instance(ErrorCode code) {
    return switch (code) {
      case TRANSACTION_CONFLICT, NOT_A_NUMBER, TRANSACTION_TOO_LARGE -> "/v1/txn";
      case TRANSACTION_NOT_FOUND, TRANSACTION_BUSY, TRANSACTION_FINISHED ->
          "/v1/transactions/" + TRANSACTION_ID;
      case INVALID_PAGE_TOKEN -> "/v1/entries";
      case JOB_RUNNING -> "/v1/admin/flush";
      case HOLD_NOT_FOUND -> "/v1/admin/holds/3f2a9c01d4e5b678";
      case CHECKPOINT_NOT_FOUND -> "/v1/admin/checkpoints/" + CHECKPOINT_ID;
      case CHECKPOINT_DAMAGED -> "/v1/admin/checkpoints/" + CHECKPOINT_ID + "/restore";
      default -> "/v1/kv/users/42";
    };
  }

  private static StoreException problem(ErrorCode code) {
    return switch (code) {
      case MALFORMED_REQUEST -> StoreErrors.malformed("limit", "This must be 1 to 10000.");
      case KEY_NOT_PATH_SAFE -> StoreErrors.keyNotPathSafe("The path has an empty segment.");
      case REVISION_IN_FUTURE -> StoreErrors.revisionInFuture(1000, NEWEST);
      case INVALID_PAGE_TOKEN ->
          StoreErrors.invalidPageToken(
              "This page token was not issued by this store. Begin again without one.");
      case NOT_A_NUMBER -> StoreErrors.notANumber(KEY, "does not hold a decimal integer.");
      case KEY_NOT_FOUND -> StoreErrors.keyNotFound(KEY, NEWEST);
      case TRANSACTION_NOT_FOUND -> TransactionErrors.transactionNotFound();
      case HOLD_NOT_FOUND -> StoreErrors.holdNotFound();
      case CHECKPOINT_NOT_FOUND -> StoreErrors.checkpointNotFound();
      case CHECKPOINT_DAMAGED ->
          StoreErrors.checkpointDamaged(CHECKPOINT_ID, "File db/000012.sst was changed.");
      case TRANSACTION_CONFLICT -> conflict();
      case TRANSACTION_BUSY -> TransactionErrors.transactionBusy();
      case IDEMPOTENCY_IN_PROGRESS -> TransactionErrors.idempotencyInProgress(1000);
      case JOB_RUNNING -> StoreErrors.jobRunning("flush");
      case REVISION_PRUNED -> StoreErrors.revisionPruned(new Revision(3), SNAPSHOT);
      case REVISION_LOST -> StoreErrors.revisionLost(new Revision(910), SNAPSHOT, NEWEST);
      case TRANSACTION_EXPIRED -> TransactionErrors.transactionExpired(10_000);
      case TRANSACTION_FINISHED -> TransactionErrors.transactionFinished("COMMITTED");
      case REQUEST_TIMEOUT -> StoreErrors.requestTimeout(30_000);
      case PRECONDITION_FAILED -> StoreErrors.preconditionFailed(KEY, NEWEST);
      case PRECONDITION_REQUIRED -> StoreErrors.storeNotNamed();
      case KEY_TOO_LARGE -> tooLarge(code, "The key", "bytes", 4096, 5000);
      case VALUE_TOO_LARGE -> tooLarge(code, "The value", "bytes", 16_777_216, 20_000_000);
      case TRANSACTION_TOO_LARGE ->
          tooLarge(code, "The transaction", "bytes large", 16_777_216, 20_000_000);
      case REQUEST_TOO_LARGE -> tooLarge(code, "The body", "bytes", 33_554_432, 40_000_000);
      case IDEMPOTENCY_KEY_REUSED -> TransactionErrors.idempotencyKeyReused();
      case TOO_MANY_TRANSACTIONS -> TransactionErrors.tooManyTransactions(1000);
      case STORE_UNAVAILABLE -> TransactionErrors.unknownOutcome(null);
      case WRITE_STALL -> StoreErrors.writeStall(268_435_456, 268_435_456, 1000);
      case SHUTTING_DOWN -> StoreErrors.shuttingDown();
      case STORAGE_CORRUPTED ->
          StoreErrors.corrupted("the log record of revision 7 is cut short.", null);
      case STORAGE_IO -> StoreErrors.io("append to the log", "No space left on device", null);
      case INTERNAL_ERROR -> StoreErrors.internal("answer", null);
      case NOT_A_VARVE_STORE -> StoreErrors.notAVarveStore(DIRECTORY, "it holds other files.");
      case UNKNOWN_FORMAT -> StoreErrors.unknownFormat("2", "1");
      case STORE_LOCKED -> StoreErrors.storeLocked(DIRECTORY, null);
      case DATA_DIRECTORY_NOT_WRITABLE -> StoreErrors.notWritable(DIRECTORY, null);
      case UNAUTHENTICATED -> AccessErrors.unauthenticated();
      case FORBIDDEN -> AccessErrors.forbidden("write", KeyRange.single(KEY));
      case NOT_FOUND -> StoreErrors.of(code, "There is nothing at this path.");
      case METHOD_NOT_ALLOWED ->
          StoreErrors.of(code, "This resource does not know the method PATCH.");
      case NOT_ACCEPTABLE ->
          StoreErrors.of(code, "The answer is application/json, which Accept does not allow.");
      case UNSUPPORTED_MEDIA_TYPE ->
          StoreErrors.of(code, "The body must be application/json; set Content-Type to it.");
      case TOO_MANY_REQUESTS ->
          StoreErrors.tooManyRequests(
              "The service runs 256 reads at a time. Try again later.", 256, 1000);
      case DISK_FULL -> StoreErrors.diskFull(734_003_200, 52_428_800, 1_073_741_824);
    };
  }

  private static StoreException conflict() {
    Conflict conflict =
        new Conflict(KEY, ConflictKind.READ_WRITE, SNAPSHOT, NEWEST, TRANSACTION_ID, "billing");
    return TransactionErrors.conflict(conflict.describe(), Map.of("conflicts", List.of(conflict)));
  }
}
