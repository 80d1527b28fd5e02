package io.varve.txn;

import io.varve.model.Durability;
import io.varve.model.KeptOutcome;
import io.varve.model.Key;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.TransactionErrors;
import io.varve.mvcc.MvccStore;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that take many calls, found by their id, each open for a lease at the longest.
 * Thread-safe: of two calls to one transaction at a time the second is refused.
 */
public final class TransactionRegistry {
  /*
   * What becomes of a transaction is kept in two places. That of a commit is an outcome of the
   * store: in the log record of the commit itself, so whoever asks after a crash hears the truth.
   * Everything else, which changed nothing, is remembered in the heap alone. So an id that nobody
   * knows names a transaction that did not commit, or did so long ago.
   *
   * A commit whose fate is unknown leaves its outcome in the table above the visible revision.
   * Until the log is written, or a restart has found out, nobody is told anything else.
   *
   * Everything here is found by the id together with the owner, in the store too, where the owner is
   * part of what an outcome is called. So a transaction of another is one that nobody knows.
   */
  private static final String SCOPE = "transaction";
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
  private static final int CONTENT_BYTES = 2 * Long.BYTES;

  /** In an outcome: the revision of the commit, which is not known before it has one. */
  private static final long OF_COMMIT = -1;

  private static final long RETRY_MS = 1_000;

  private final MvccStore store;
  private final MvccTransactionManager transactions;
  private final RegistrySettings settings;
  private final RandomGenerator random;
  private final InstantSource clock;
  private final EndedTransactions ended;
  private final Map<TransactionRef, OpenTransaction> open = new ConcurrentHashMap<>();

  /** Heap bytes that open transactions take. */
  private final AtomicLong openBytes = new AtomicLong();

  /**
   * A registry of transactions of {@code transactions}, which are over {@code store}.
   *
   * @param random makes ids; as hard to guess as these have to be
   */
  public TransactionRegistry(
      MvccStore store,
      MvccTransactionManager transactions,
      RegistrySettings settings,
      RandomGenerator random,
      InstantSource clock) {
    this.store = store;
    this.transactions = transactions;
    this.settings = settings;
    this.random = random;
    this.clock = clock;
    this.ended = new EndedTransactions(settings.maxEnded(), settings.keep(), clock);
  }

  /**
   * Begins a transaction of {@code owner}, whatever id the options have. Throws as {@link
   * MvccTransactionManager#begin} does, {@code MALFORMED_REQUEST} for a timeout beyond the longest
   * and {@code TOO_MANY_REQUESTS} where open transactions take too much of the heap.
   */
  public TransactionStatus begin(String owner, TransactionOptions options, ReadPoint point) {
    if (options.timeout().compareTo(settings.maxTimeout()) > 0 || options.timeout().isZero()) {
      throw StoreErrors.malformed(
          "timeout", "The timeout must be above 0 and at most " + settings.maxTimeout() + ".");
    }
    requireHeap();
    String id = HexFormat.of().toHexDigits(random.nextLong());
    id += HexFormat.of().toHexDigits(random.nextLong());
    Transaction transaction = transactions.begin(options.identified(id), point);
    Instant expiresAt = clock.instant().plus(options.timeout());
    TransactionRef ref = new TransactionRef(owner, id);
    OpenTransaction begun = new OpenTransaction(ref, transaction, expiresAt);
    open.put(ref, begun);
    return begun.status();
  }

  /**
   * Lets {@code work} read and write in a transaction; if it throws, its writes are taken back.
   * Throws {@code TRANSACTION_NOT_FOUND}, {@code TRANSACTION_BUSY}, {@code TRANSACTION_FINISHED},
   * {@code TRANSACTION_EXPIRED}, {@code TOO_MANY_REQUESTS} and what the view throws.
   */
  public <T extends @Nullable Object> T call(TransactionRef ref, Function<WriteView, T> work) {
    requireHeap();
    return alone(
        ref,
        called -> {
          try {
            return called.transaction().atomically(work);
          } finally {
            called.count(openBytes);
          }
        },
        () -> {
          throw refusal(ofEnded(ref));
        });
  }

  private void requireHeap() {
    long bytes = openBytes.get();
    if (bytes >= settings.maxOpenBytes()) {
      throw StoreErrors.tooManyRequests(
          "Open transactions hold "
              + bytes
              + " bytes; the limit is "
              + settings.maxOpenBytes()
              + ". Finish one or try later.",
          settings.maxOpenBytes(),
          RETRY_MS);
    }
  }

  /** Does {@code work} with an open transaction, no two at a time; else what is due if it ended. */
  private <T extends @Nullable Object> T alone(
      TransactionRef ref, Function<OpenTransaction, T> work, Supplier<T> ifEnded) {
    OpenTransaction called = open.get(ref);
    if (called == null) {
      return ifEnded.get();
    }
    if (!called.enter()) {
      throw TransactionErrors.transactionBusy();
    }
    try {
      // It may have ended in the call before this one.
      return open.get(ref) == called ? work.apply(called) : ifEnded.get();
    } finally {
      try {
        noteEnd(called);
      } finally {
        called.leave();
      }
    }
  }

  /** Moves a transaction that is over from the open ones to the ended ones. */
  private void noteEnd(OpenTransaction over) {
    TransactionState state = over.transaction().state();
    if (state == TransactionState.ACTIVE || state == TransactionState.COMMITTING) {
      return;
    }
    try {
      if (!over.mayBeCommitted(state) || store.outcomes().find(outcomeId(over.ref())) == null) {
        ended.add(over.ref(), over.end(state));
      }
    } finally {
      open.remove(over.ref(), over);
      over.uncount(openBytes);
    }
  }

  /**
   * Commits a transaction; one that is committed gives the same answer again. Throws {@code
   * TRANSACTION_CONFLICT}, and then the transaction is over, and what {@link #call} and {@link
   * Transaction#commit} throw.
   *
   * @param guard is asked about each key that it would write, and may throw: then it stays open
   * @param more makes further outcomes to keep with it, from what the answer will be
   */
  public CommittedTransaction commit(
      TransactionRef ref,
      Consumer<Key> guard,
      Function<CommittedTransaction, List<OutcomeRecord>> more) {
    return alone(
        ref,
        called -> {
          called.transaction().writtenKeys().forEach(guard);
          return commit(called, more);
        },
        () -> committed(ofEnded(ref)));
  }

  private CommittedTransaction commit(
      OpenTransaction called, Function<CommittedTransaction, List<OutcomeRecord>> more) {
    Transaction transaction = called.transaction();
    boolean wrote = transaction.hasWrites();
    boolean durableWithCommit = store.durability() == Durability.SYNC_ON_COMMIT;
    Revision read = transaction.readRevision();
    CommittedTransaction ahead =
        new CommittedTransaction(
            called.ref().id(), read, wrote, durableWithCommit ? read : transactions.durable());
    List<OutcomeRecord> outcomes = new ArrayList<>(more.apply(ahead));
    if (transaction.options().isolation() != Isolation.READ_ONLY) {
      store.outcomes().requireRoom();
      outcomes.add(outcome(called.ref(), ahead, durableWithCommit));
    }
    return switch (transaction.commit(outcomes)) {
      case CommitResult.Committed committed -> {
        CommittedTransaction done = ahead.at(committed.revision(), durableWithCommit);
        called.committed(done);
        yield done;
      }
      case CommitResult.Conflicted conflicted -> {
        called.conflicted(conflicted.conflicts());
        throw Conflict.error(conflicted.conflicts());
      }
    };
  }

  private OutcomeRecord outcome(
      TransactionRef ref, CommittedTransaction ahead, boolean durableWithCommit) {
    ByteBuffer content = ByteBuffer.allocate(CONTENT_BYTES);
    content.putLong(ahead.wrote() ? OF_COMMIT : ahead.revision().value());
    content.putLong(durableWithCommit ? OF_COMMIT : ahead.durable().value());
    return OutcomeRecord.of(outcomeId(ref), settings.keep(), content.array());
  }

  private CommittedTransaction readOutcome(String id, KeptOutcome outcome) {
    ByteBuffer content = ByteBuffer.wrap(outcome.record().content());
    if (content.remaining() != CONTENT_BYTES) {
      throw StoreErrors.corrupted("the outcome of a transaction cannot be read.", null);
    }
    long read = content.getLong();
    long durable = content.getLong();
    boolean wrote = read == OF_COMMIT;
    Revision revision = new Revision(wrote ? outcome.revision() : read);
    return new CommittedTransaction(
        id, revision, wrote, durable == OF_COMMIT ? revision : new Revision(durable));
  }

  private static CommittedTransaction committed(TransactionStatus status) {
    CommittedTransaction commit = status.commit();
    if (commit != null) {
      return commit;
    }
    throw status.state() == TransactionState.CONFLICTED
        ? Conflict.error(status.conflicts())
        : refusal(status);
  }

  /** Gives a transaction up; one that was given up is so again. Throws as {@link #call} does. */
  public void rollback(TransactionRef ref) {
    TransactionStatus status =
        alone(
            ref,
            called -> {
              called.giveUp();
              return TransactionStatus.ended(ref.id(), TransactionState.ROLLED_BACK);
            },
            () -> ofEnded(ref));
    if (status.state() != TransactionState.ROLLED_BACK) {
      throw refusal(status);
    }
  }

  private static StoreException refusal(TransactionStatus ended) {
    return ended.state() == TransactionState.EXPIRED
        ? TransactionErrors.transactionExpired()
        : TransactionErrors.transactionFinished(ended.state().name());
  }

  /**
   * What is known of a transaction. Throws {@code TRANSACTION_NOT_FOUND} where nothing is, and
   * {@code STORE_UNAVAILABLE} with {@code outcome: unknown} where its commit is neither confirmed
   * nor refused.
   */
  public TransactionStatus status(TransactionRef ref) {
    OpenTransaction found = open.get(ref);
    if (found == null) {
      return ofEnded(ref);
    }
    if (found.transaction().expireIfOverdue()) {
      noteEnd(found);
    }
    return found.status();
  }

  private TransactionStatus ofEnded(TransactionRef ref) {
    TransactionStatus remembered = ended.find(ref);
    if (remembered != null) {
      return remembered;
    }
    KeptOutcome outcome =
        ID.matcher(ref.id()).matches() ? store.outcomes().find(outcomeId(ref)) : null;
    if (outcome == null) {
      throw TransactionErrors.transactionNotFound();
    }
    KeptOutcomes.awaitVisible(store, outcome, settings.commitTimeout());
    return TransactionStatus.committed(readOutcome(ref.id(), outcome));
  }

  /** An owner without a name is left out, so that nothing changes where nobody says who he is. */
  private static OutcomeId outcomeId(TransactionRef ref) {
    return OutcomeId.of(ref.owner().isEmpty() ? SCOPE : SCOPE + "/" + ref.owner(), ref.id());
  }

  /** Rolls back what is open for longer than its lease, and forgets what ended long ago. */
  public int expireOverdue() {
    int expired = 0;
    for (OpenTransaction each : open.values()) {
      if (each.transaction().expireIfOverdue()
          || each.transaction().state() == TransactionState.EXPIRED) {
        noteEnd(each);
        expired++;
      }
    }
    ended.forgetOld();
    return expired;
  }

  /** Transactions that are open. */
  public int openCount() {
    return open.size();
  }

  /** Heap bytes that open transactions take, estimated. */
  public long openBytes() {
    return openBytes.get();
  }

  /** How large it may become. */
  public RegistrySettings settings() {
    return settings;
  }
}
