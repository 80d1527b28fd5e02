package io.varve.client;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An open transaction. It reads one revision and its own writes; others see its writes once it
 * commits. Closing it rolls back what is not committed. For one thread at a time.
 */
public final class ClientTransaction implements TransactionView, AutoCloseable {
  /*
   * The commit of a transaction can be sent as often as it takes: the server keeps how it ended, and gives
   * the same answer. So a lost answer is asked for again, and never guessed. A server that has started anew
   * may know the transaction no longer; then its state tells, since the outcome of a commit is stored with
   * the commit: what the server does not know was not committed.
   */
  private static final String PATH = "/v1/transactions";

  private static final Set<String> ENDED =
      Set.of(
          Problem.TRANSACTION_CONFLICT,
          Problem.TRANSACTION_EXPIRED,
          Problem.TRANSACTION_FINISHED,
          Problem.TRANSACTION_NOT_FOUND);

  private final Calls calls;
  private final Supplier<String> names;
  private final String id;
  private final long snapshotRevision;
  private final Instant expiresAt;
  private final String path;
  private final Reads reads;

  /** What has ended it, or made uncertain what it would write. */
  private @Nullable VarveException broken;

  private boolean isOver;
  private boolean isInDoubt;
  private @Nullable CommitOutcome outcome;

  private ClientTransaction(Calls calls, Supplier<String> names, JsonNode begun) {
    this.calls = calls;
    this.names = names;
    this.id = Json.text(begun, "id");
    this.snapshotRevision = Json.number(begun, "snapshotRevision");
    this.expiresAt = Instant.parse(Json.text(begun, "expiresAt"));
    this.path = PATH + '/' + id;
    this.reads = new Reads(this::observed, path, null);
  }

  /** Begins one. If an answer is lost, the transaction it told of expires by itself. */
  static ClientTransaction begin(Calls calls, Supplier<String> names, TransactionOptions options) {
    Call call = Call.of("POST", PATH, Call.Kind.SAFE).json(JsonBody.of(options));
    return calls.send(call).read(begun -> new ClientTransaction(calls, names, begun));
  }

  /** What the server calls it. */
  public String id() {
    return id;
  }

  @Override
  public long snapshotRevision() {
    return snapshotRevision;
  }

  /** When the server will roll it back, if it is still open then. */
  public Instant expiresAt() {
    return expiresAt;
  }

  @Override
  public Optional<VarveEntry> get(VarveKey key) {
    return reads.get(key);
  }

  @Override
  public Stream<VarveEntry> scan(Scan scan) {
    return reads.scan(scan);
  }

  @Override
  public Stream<VarveKey> keys(Scan scan) {
    return reads.keys(scan);
  }

  @Override
  public void put(VarveKey key, VarveValue value) {
    var _ = observed(buffered("PUT", Targets.key(path, key)).body(value));
  }

  @Override
  public void delete(VarveKey key) {
    var _ = observed(buffered("DELETE", Targets.key(path, key)));
  }

  @Override
  public OperationResults run(List<Operation> operations) {
    Answer answer = observed(buffered("POST", path + "/operations").json(JsonBody.of(operations)));
    return answer.read(results -> Json.results(results, answer.storeId()));
  }

  /** Not repeated when its answer is lost: it might come after a later one. */
  private static Call buffered(String method, String target) {
    return Call.of(method, target, Call.Kind.UNKEYED);
  }

  /** Sends a request within the transaction, and notices if it breaks it. */
  private Answer observed(Call call) {
    try {
      return calls.send(call);
    } catch (VarveException e) {
      boolean hasEnded = ENDED.contains(e.code());
      boolean isUncertain = call.kind() == Call.Kind.UNKEYED && e.fate() == Fate.UNKNOWN;
      if (hasEnded || isUncertain) {
        isOver |= hasEnded;
        broken = e;
      }
      throw e;
    }
  }

  /**
   * The failure after which only a new transaction can help: this one has ended, or nobody knows
   * what it would write. Null if there was none.
   */
  @Nullable VarveException broken() {
    return broken;
  }

  /**
   * Commits it. To call it again gives the same outcome.
   *
   * @throws UnknownOutcomeException if no answer tells whether it is committed; to call this again
   *     asks again
   * @throws VarveException if the server refuses; the transaction is still open then
   */
  public CommitOutcome commit() {
    return commit(names.get());
  }

  CommitOutcome commit(String idempotencyKey) {
    if (outcome == null) {
      try {
        outcome = sendCommit(idempotencyKey);
        isInDoubt = false;
      } catch (UnknownOutcomeException e) {
        isInDoubt = true;
        throw e;
      }
    }
    return outcome;
  }

  private CommitOutcome sendCommit(String idempotencyKey) {
    Call call =
        Call.write("POST", path + "/commit", idempotencyKey)
            .expecting(ENDED.toArray(String[]::new));
    Answer answer;
    try {
      answer = calls.send(call);
      if (answer.isSuccess()) {
        return answer.read(Json::committed);
      }
    } catch (UnknownOutcomeException e) {
      return outcomeByState(e);
    }
    Problem problem = answer.problem();
    return switch (problem.code()) {
      case Problem.TRANSACTION_CONFLICT ->
          new CommitOutcome.Conflicted(answer.read(Json::conflicts), problem);
      case Problem.TRANSACTION_NOT_FOUND ->
          outcomeByState(new UnknownOutcomeException(call.name(), VarveException.of(answer)));
      default -> new CommitOutcome.RolledBack(problem);
    };
  }

  /**
   * The outcome, by the state that the server keeps of it.
   *
   * @param unknown what to throw if that does not tell either
   */
  private CommitOutcome outcomeByState(UnknownOutcomeException unknown) {
    Answer answer;
    try {
      answer = calls.send(Call.read(path).expecting(Problem.TRANSACTION_NOT_FOUND));
    } catch (VarveException e) {
      unknown.addSuppressed(e);
      throw unknown;
    }
    if (!answer.isSuccess()) {
      return new CommitOutcome.RolledBack(answer.problem());
    }
    TransactionStatus status = answer.read(Json::status);
    return switch (status.state()) {
      case COMMITTED -> committed(status, answer);
      case CONFLICTED ->
          new CommitOutcome.Conflicted(List.of(), ended(Problem.TRANSACTION_CONFLICT));
      case EXPIRED -> new CommitOutcome.RolledBack(ended(Problem.TRANSACTION_EXPIRED));
      case ROLLED_BACK -> new CommitOutcome.RolledBack(ended(Problem.TRANSACTION_FINISHED));
      // The commit that got no answer may be on its way.
      case ACTIVE -> throw unknown;
    };
  }

  private CommitOutcome committed(TransactionStatus status, Answer answer) {
    long revision = status.revision() == null ? snapshotRevision : status.revision();
    long durable = answer.header("Varve-Durable-Revision").map(Long::parseLong).orElse(0L);
    return new CommitOutcome.Committed(revision, durable);
  }

  private Problem ended(String code) {
    return Problem.of(0, code, "The transaction " + id + " was not committed.", true);
  }

  /** Gives it up. Does nothing if it is over already. */
  public void rollback() {
    rollback(Call.Kind.SAFE);
  }

  private void rollback(Call.Kind kind) {
    if (!isOver) {
      Call call = Call.of("POST", path + "/rollback", kind).expecting(ENDED.toArray(String[]::new));
      var _ = calls.send(call);
      isOver = true;
    }
  }

  /** Asks what has become of it. */
  public TransactionStatus status() {
    return calls.send(Call.read(path)).read(Json::status);
  }

  /** Rolls it back, unless it is committed or may be. Tries once, and throws nothing. */
  @Override
  public void close() {
    if (outcome != null || isInDoubt) {
      return;
    }
    try {
      rollback(Call.Kind.ONCE);
    } catch (VarveException _) {
      // The server rolls it back when its time is over.
    }
  }
}
