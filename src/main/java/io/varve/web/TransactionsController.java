package io.varve.web;

import io.varve.model.StoreErrors;
import io.varve.txn.CommittedTransaction;
import io.varve.txn.Executed;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionRegistry;
import io.varve.txn.TransactionStatus;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The life of interactive transactions; what is done inside of them is elsewhere. */
@RestController
final class TransactionsController {
  private static final String PATH = "/v1/transactions";
  private static final int OK = 200;

  private final TransactionRegistry registry;
  private final TransactionOptions options;
  private final RevisionHeaders headers;
  private final Writes writes;

  TransactionsController(
      TransactionRegistry registry,
      TransactionOptions options,
      RevisionHeaders headers,
      Writes writes) {
    this.registry = registry;
    this.options = options;
    this.headers = headers;
    this.writes = writes;
  }

  @PostMapping(path = PATH, produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<TransactionJson> begin(
      HttpServletRequest request,
      HttpServletResponse response,
      @RequestBody(required = false) @Nullable BeginRequest body) {
    var _ = QueryParameters.of(request, Set.of());
    IdempotencyKey.refuse(
        request, "A transaction that is begun twice changes nothing and ends by itself.");
    BeginRequest asked = body == null ? BeginRequest.DEFAULTS : body;
    TransactionStatus begun = registry.begin(asked.options(options), asked.point());
    if (begun.lease() != null) {
      headers.set(response, begun.lease().snapshot());
    }
    return ResponseEntity.created(URI.create(PATH + "/" + begun.id()))
        .body(TransactionJson.of(begun));
  }

  @GetMapping(path = PATH + "/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  TransactionJson status(HttpServletRequest request, @PathVariable String id) {
    var _ = QueryParameters.of(request, Set.of());
    return TransactionJson.of(registry.status(id));
  }

  @PostMapping(path = PATH + "/{id}/commit", produces = MediaType.APPLICATION_JSON_VALUE)
  void commit(HttpServletRequest request, HttpServletResponse response, @PathVariable String id)
      throws IOException {
    requireNothing(request);
    Writes.Execution<CommittedTransaction> execution =
        outcomes -> {
          CommittedTransaction done = registry.commit(id, ahead -> outcomes.apply(executed(ahead)));
          return executed(done);
        };
    writes.run(
        request,
        response,
        execution,
        (done, revision, durable) ->
            new Writes.Answer(
                OK, false, TransactionJson.committed(id, revision, durable(done, durable))));
  }

  private static Executed<CommittedTransaction> executed(CommittedTransaction transaction) {
    return new Executed<>(transaction, transaction.revision(), transaction.wrote(), 1);
  }

  /** The same however often it is asked for, so not what is durable by now. */
  private static long durable(CommittedTransaction done, long byNow) {
    return byNow == PendingRevision.VALUE ? byNow : done.durable().value();
  }

  @PostMapping(path = PATH + "/{id}/rollback", produces = MediaType.APPLICATION_JSON_VALUE)
  TransactionJson rollback(HttpServletRequest request, @PathVariable String id) {
    requireNothing(request);
    registry.rollback(id);
    return TransactionJson.rolledBack(id);
  }

  /** A commit that was meant for something else must not happen. */
  private static void requireNothing(HttpServletRequest request) {
    var _ = QueryParameters.of(request, Set.of());
    if (request.getContentLengthLong() > 0) {
      throw StoreErrors.malformed("body", "This call takes no body.");
    }
  }
}
