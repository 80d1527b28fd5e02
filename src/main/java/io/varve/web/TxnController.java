package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.txn.Condition;
import io.varve.txn.Executed;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.OneShot;
import io.varve.txn.Operation;
import io.varve.txn.Outcome;
import io.varve.txn.TransactionOptions;
import io.varve.web.TxnRequest.CompareJson;
import io.varve.web.TxnRequest.OperationJson;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Transactions in one request. */
@RestController
final class TxnController {
  private static final int MAX_LABEL = 128;

  private final MvccTransactionManager transactions;
  private final TransactionOptions options;
  private final RevisionHeaders headers;
  private final WebLimits limits;

  TxnController(
      MvccTransactionManager transactions,
      TransactionOptions options,
      RevisionHeaders headers,
      WebLimits limits) {
    this.transactions = transactions;
    this.options = options;
    this.headers = headers;
    this.limits = limits;
  }

  @PostMapping(
      path = TxnHandler.PATH,
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  TxnAnswer run(
      HttpServletRequest request, HttpServletResponse response, @RequestBody TxnRequest body) {
    var _ = QueryParameters.of(request, Set.of());
    OneShot work =
        new OneShot(
            conditions(body.compare()),
            operations("success", body.success()),
            operations("failure", body.failure()),
            new OneShot.Limits(limits.pageBytes(), limits.resultBytes()));
    Executed<OneShot.Result> executed =
        transactions.execute(
            options.labelled(label(body.label())),
            view -> {
              headers.set(response, view.readRevision());
              return work.run(view);
            });
    headers.set(response, executed.revision());
    boolean succeeded = executed.result().succeeded();
    List<@Nullable OperationJson> done = succeeded ? body.success() : body.failure();
    return new TxnAnswer(
        succeeded,
        executed.revision().value(),
        transactions.durable().value(),
        results(done == null ? List.of() : done, executed));
  }

  private static @Nullable String label(@Nullable String label) {
    if (label != null && label.length() > MAX_LABEL) {
      throw StoreErrors.malformed(
          "label", "This must not be longer than " + MAX_LABEL + " characters.");
    }
    return label;
  }

  private static List<Condition> conditions(@Nullable List<@Nullable CompareJson> compare) {
    List<Condition> conditions = new ArrayList<>();
    if (compare != null) {
      for (CompareJson one : compare) {
        String field = "compare[" + conditions.size() + "]";
        conditions.add(given(field, one).toCondition(field));
      }
    }
    return conditions;
  }

  private List<Operation> operations(String name, @Nullable List<@Nullable OperationJson> list) {
    List<Operation> operations = new ArrayList<>();
    if (list != null) {
      for (OperationJson one : list) {
        String field = name + "[" + operations.size() + "]";
        operations.add(given(field, one).toOperation(field, limits));
      }
    }
    return operations;
  }

  private static <T> T given(String field, @Nullable T one) {
    if (one == null) {
      throw StoreErrors.malformed(field, "This must be an object.");
    }
    return one;
  }

  private static List<ResultJson> results(
      List<@Nullable OperationJson> operations, Executed<OneShot.Result> executed) {
    List<Outcome> outcomes = executed.result().outcomes();
    List<ResultJson> results = new ArrayList<>(outcomes.size());
    for (int i = 0; i < outcomes.size(); i++) {
      results.add(result(operations.get(i), outcomes.get(i), executed.revision()));
    }
    return results;
  }

  private static ResultJson result(
      @Nullable OperationJson operation, Outcome outcome, Revision commit) {
    return switch (outcome) {
      case Outcome.Got got ->
          ResultJson.of(
              new GetResult(got.entry() == null ? null : EntryJson.of(got.entry(), commit, false)));
      case Outcome.Written _ -> ResultJson.of(new PutResult(commit.value()));
      case Outcome.Deleted deleted -> ResultJson.of(new DeleteResult(deleted.existed()));
      case Outcome.Scanned scanned -> {
        boolean keysOnly =
            operation != null
                && operation.scan() != null
                && Boolean.TRUE.equals(operation.scan().keysOnly());
        List<EntryJson> entries =
            scanned.entries().stream().map(entry -> EntryJson.of(entry, commit, keysOnly)).toList();
        yield ResultJson.of(new ScanResult(entries, scanned.more() ? true : null));
      }
      case Outcome.Added added -> ResultJson.of(new AddResult(added.sum()));
    };
  }

  /**
   * What a transaction did.
   *
   * @param succeeded whether the conditions held
   * @param revision that it made, or read where it wrote nothing
   * @param durableRevision what survives a power failure
   * @param results one for each operation of the list that was done
   */
  record TxnAnswer(
      boolean succeeded, long revision, long durableRevision, List<ResultJson> results) {}

  /** The result of one operation, under the name of the operation. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ResultJson(
      @Nullable GetResult get,
      @Nullable PutResult put,
      @Nullable DeleteResult delete,
      @Nullable ScanResult scan,
      @Nullable AddResult add) {
    static ResultJson of(GetResult get) {
      return new ResultJson(get, null, null, null, null);
    }

    static ResultJson of(PutResult put) {
      return new ResultJson(null, put, null, null, null);
    }

    static ResultJson of(DeleteResult delete) {
      return new ResultJson(null, null, delete, null, null);
    }

    static ResultJson of(ScanResult scan) {
      return new ResultJson(null, null, null, scan, null);
    }

    static ResultJson of(AddResult add) {
      return new ResultJson(null, null, null, null, add);
    }
  }

  /** An entry, or null where there is none. */
  @JsonInclude(JsonInclude.Include.ALWAYS)
  record GetResult(@Nullable EntryJson entry) {}

  /** The revision that wrote the key. */
  record PutResult(long revision) {}

  /** Whether there was something to delete. */
  record DeleteResult(boolean deleted) {}

  /** Entries, and whether the range holds more of them. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record ScanResult(List<EntryJson> entries, @Nullable Boolean more) {}

  /** The number that is there now. */
  record AddResult(long value) {}
}
