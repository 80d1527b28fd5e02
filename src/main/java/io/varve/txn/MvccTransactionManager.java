package io.varve.txn;

import io.varve.model.CommitRecord;
import io.varve.model.Durability;
import io.varve.model.HistoryEntry;
import io.varve.model.Key;
import io.varve.model.OutcomeRecord;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreId;
import io.varve.model.StoreStatus;
import io.varve.model.TransactionErrors;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.Snapshot;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Begins, runs and retries transactions. Thread-safe. */
public final class MvccTransactionManager implements AutoCloseable {
  private static final long FIRST_PAUSE_NANOS = 50_000;
  private static final long LONGEST_PAUSE_NANOS = 20_000_000;

  private final MvccStore store;
  private final TransactionSettings settings;
  private final LongSupplier nanoTime;
  private final CommitPipeline pipeline;
  private final RevisionHolds holds;

  /** Transactions of closures, which end with them. */
  private final AtomicInteger running = new AtomicInteger();

  /** Transactions that somebody holds, and may forget. */
  private final AtomicInteger held = new AtomicInteger();

  /** Those, so that the forgotten ones can be ended. */
  private final Set<Transaction> open = ConcurrentHashMap.newKeySet();

  private MvccTransactionManager(
      MvccStore store,
      TransactionSettings settings,
      LongSupplier nanoTime,
      WriteAdmission admission,
      TransactionListener listener) {
    this.store = store;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.pipeline = new CommitPipeline(store.commits(), settings, admission, nanoTime, listener);
    this.holds = new RevisionHolds(store.holds());
  }

  /** Starts transactions over {@code store}, which is closed with the manager. */
  public static MvccTransactionManager start(
      MvccStore store, TransactionSettings settings, LongSupplier nanoTime) {
    return start(store, settings, nanoTime, new WriteAdmission(), TransactionListener.NONE);
  }

  /** The same; {@code admission} says which writes are let in, {@code listener} hears of all. */
  public static MvccTransactionManager start(
      MvccStore store,
      TransactionSettings settings,
      LongSupplier nanoTime,
      WriteAdmission admission,
      TransactionListener listener) {
    MvccTransactionManager manager =
        new MvccTransactionManager(store, settings, nanoTime, admission, listener);
    manager.pipeline.start();
    return manager;
  }

  /** Begins a transaction on the newest visible state. Throws TOO_MANY_TRANSACTIONS. */
  public Transaction begin(TransactionOptions options) {
    return begin(options, ReadPoint.LATEST);
  }

  /**
   * Begins a transaction on an older state, which must be {@code READ_ONLY}. Throws as {@link
   * #read} does, and TOO_MANY_TRANSACTIONS.
   */
  public Transaction begin(TransactionOptions options, ReadPoint point) {
    if (options.isolation() != Isolation.READ_ONLY && !(point instanceof ReadPoint.Latest)) {
      throw StoreErrors.malformed(
          "revision", "Only a READ_ONLY transaction can read the past. Ask for READ_ONLY.");
    }
    admit(held);
    return register(options, snapshotOrLeave(point));
  }

  private Transaction register(TransactionOptions options, Snapshot snapshot) {
    // The transaction's end must find it in the set, so it learns of itself through a holder.
    var holder =
        new Object() {
          @Nullable Transaction transaction;
        };
    Runnable onEnd =
        () -> {
          held.decrementAndGet();
          if (holder.transaction != null) {
            open.remove(holder.transaction);
          }
        };
    Transaction transaction =
        new Transaction(options, settings.limits(), snapshot, pipeline, nanoTime, onEnd);
    holder.transaction = transaction;
    open.add(transaction);
    return transaction;
  }

  private Snapshot snapshotOrLeave(ReadPoint point) {
    try {
      return snapshot(point);
    } catch (RuntimeException e) {
      held.decrementAndGet();
      throw e;
    }
  }

  /** Either kind has the whole limit: transactions that are forgotten must not shut others out. */
  private void admit(AtomicInteger kind) {
    int limit = settings.limits().maxActive();
    if (kind.incrementAndGet() > limit) {
      kind.decrementAndGet();
      throw TransactionErrors.tooManyTransactions(limit);
    }
  }

  private Snapshot snapshot(ReadPoint point) {
    return switch (point) {
      case ReadPoint.Latest _ -> store.snapshot();
      case ReadPoint.AtRevision at -> store.snapshotAt(at.revision());
      case ReadPoint.AtTime at -> store.snapshotAt(at.time());
    };
  }

  /**
   * Runs {@code work} in a transaction and commits it, again after a conflict, up to the configured
   * number of attempts. So {@code work} must have no other effects. What it returns or throws is
   * passed on only once everything it has read is visible. Throws TRANSACTION_CONFLICT when the
   * attempts run out, and what {@link Transaction#commit} throws.
   */
  public <T> Executed<T> execute(TransactionOptions options, Function<WriteView, T> work) {
    return execute(options, work, _ -> List.of());
  }

  /**
   * The same, and keeps with the commit what {@code outcomes} makes of the result, so that whoever
   * asks again can be told. It sees the result before the commit: where something was written, the
   * revision is still the one that was read. If it throws, nothing is committed.
   */
  public <T> Executed<T> execute(
      TransactionOptions options,
      Function<WriteView, T> work,
      Function<Executed<T>, List<OutcomeRecord>> outcomes) {
    for (int attempt = 1; ; attempt++) {
      try (Transaction transaction = beginOnOrdered(options)) {
        T result = apply(() -> work.apply(transaction), transaction);
        boolean writes = transaction.hasWrites();
        Executed<T> ahead = new Executed<>(result, transaction.readRevision(), writes, attempt);
        List<OutcomeRecord> kept = apply(() -> outcomes.apply(ahead), transaction);
        switch (transaction.commit(kept)) {
          case CommitResult.Committed committed -> {
            if (!committed.wrote()) {
              awaitVisible(committed.revision());
            }
            return new Executed<>(result, committed.revision(), committed.wrote(), attempt);
          }
          case CommitResult.Conflicted conflicted -> pauseOrThrow(attempt, conflicted);
        }
      }
    }
  }

  /**
   * A transaction of a closure reads what is ordered, visible or not: it will be ordered later
   * still. So a key that many write does not make each of them wait for the sync of the last.
   */
  private Transaction beginOnOrdered(TransactionOptions options) {
    admit(running);
    try {
      return new Transaction(
          options,
          settings.limits(),
          store.snapshotOfOrdered(),
          pipeline,
          nanoTime,
          running::decrementAndGet);
    } catch (RuntimeException e) {
      running.decrementAndGet();
      throw e;
    }
  }

  private <T> T apply(Supplier<T> work, Transaction transaction) {
    try {
      return work.get();
    } catch (RuntimeException | Error e) {
      awaitVisible(transaction.readRevision());
      throw e;
    }
  }

  private void awaitVisible(Revision revision) {
    try {
      if (!store.awaitVisible(revision, settings.commitTimeout())) {
        throw StoreErrors.unavailable(
            "What the transaction has read is not confirmed. Try again later.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StoreErrors.shuttingDown();
    }
  }

  private void pauseOrThrow(int attempt, CommitResult.Conflicted conflicted) {
    List<Conflict> conflicts = conflicted.conflicts();
    if (attempt >= settings.maxAttempts()) {
      Map<String, Object> context = new LinkedHashMap<>();
      context.put("conflicts", conflicts);
      context.put("attempts", attempt);
      throw TransactionErrors.conflict(conflicts.getFirst().describe(), context);
    }
    long bound = Math.min(LONGEST_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(attempt, 10));
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(bound));
  }

  /**
   * Runs {@code work} on one state of the store. Throws REVISION_IN_FUTURE, REVISION_LOST or
   * REVISION_PRUNED where that state cannot be read.
   */
  public <T extends @Nullable Object> T read(ReadPoint point, Function<ReadView, T> work) {
    try (Snapshot snapshot = snapshot(point)) {
      return work.apply(new SnapshotReadView(snapshot, settings.limits()));
    }
  }

  /** Up to {@code limit} versions of {@code key}, newest first, down to what prune has kept. */
  public List<HistoryEntry> history(Key key, int limit) {
    return history(key, limit, Long.MAX_VALUE);
  }

  /** The same, and no version after those whose values hold {@code maxBytes}. */
  public List<HistoryEntry> history(Key key, int limit, long maxBytes) {
    settings.limits().check(key);
    try (Snapshot snapshot = store.snapshot()) {
      return snapshot.history(key, limit, maxBytes);
    }
  }

  /**
   * What the commit of {@code revision} did. Throws as {@link MvccStore#commit} does.
   *
   * @param shown which keys may be told
   * @param maxWrites how many of its writes to list at most
   */
  public CommitRecord commit(Revision revision, Predicate<Key> shown, int maxWrites) {
    return store.commit(revision, shown, maxWrites);
  }

  /**
   * A writer that loads many entries in chunks, over whatever is there.
   *
   * @param expected entries to come, or 0 if unknown
   */
  public AdaptiveBatchWriter bulkWriter(long expected, @Nullable String label) {
    return bulkWriter(expected, label, _ -> {});
  }

  /**
   * The same, for who wants to hear of each chunk.
   *
   * @param listener is told of each chunk, in order and by the thread of the writer, once it is on
   *     its way; all before it are committed then
   */
  public AdaptiveBatchWriter bulkWriter(
      long expected, @Nullable String label, Consumer<AdaptiveBatchChunk> listener) {
    return new AdaptiveBatchWriter(
        new BulkChunks(store, pipeline, label)::begin,
        new AdaptiveBatch(settings.batch(), expected),
        settings.limits(),
        nanoTime,
        listener);
  }

  /**
   * Throws STORE_UNAVAILABLE, SHUTTING_DOWN, DISK_FULL or WRITE_STALL if no write could be
   * committed now.
   */
  public void requireWritable() {
    pipeline.requireAdmitted();
  }

  /** Whether a write of the log takes longer than any commit may, as on a disk that hangs. */
  public boolean isStuck() {
    return pipeline.isStuck();
  }

  /** Rolls back every transaction that is open for longer than its timeout; how many. */
  public int expireOverdue() {
    int expired = 0;
    for (Transaction transaction : open) {
      if (transaction.expireIfOverdue()) {
        expired++;
      }
    }
    return expired;
  }

  /** Transactions that are open. */
  public int activeTransactions() {
    return held.get() + running.get();
  }

  /** How long the oldest transaction that somebody holds has been open; 0 if there is none. */
  public long oldestAgeNanos() {
    long oldest = 0;
    for (Transaction transaction : open) {
      oldest = Math.max(oldest, transaction.ageNanos());
    }
    return oldest;
  }

  /** Commits that are in order and not yet in the log. */
  public int queuedCommits() {
    return pipeline.queued();
  }

  /** Operations that a group of commits should have at most, for now; 0 with the log off. */
  public int groupTarget() {
    return pipeline.groupTarget();
  }

  /** Revisions that stay readable for as long as somebody wants. */
  public RevisionHolds holds() {
    return holds;
  }

  /** The newest revision that can be read. */
  public Revision visible() {
    return store.visible();
  }

  /** What survives a power failure. */
  public Revision durable() {
    return store.durable();
  }

  /** Whether a commit is on stable storage when it is acknowledged. */
  public boolean syncsOnCommit() {
    return store.durability() == Durability.SYNC_ON_COMMIT;
  }

  /** Which store this is. */
  public StoreId storeId() {
    return store.storeId();
  }

  /** What transactions may take. */
  public TransactionLimits limits() {
    return settings.limits();
  }

  /** How many keys have flushed versions, deleted ones included. Reads a few thousand rows. */
  public long estimateFlushedKeys() {
    return store.estimateFlushedKeys();
  }

  /** Numbers of the store. */
  public StoreStatus status() {
    return store.status();
  }

  /**
   * Refuses new transactions, finishes the commits under way, and closes the store. Runs on a
   * thread of its own and waits for it even when interrupted: an interrupted thread cannot write
   * files, and what is only in the heap must be written now.
   */
  @Override
  public void close() {
    end(
        () -> {
          try (store) {
            pipeline.close();
          }
        });
  }

  /** The same, and then tells callers {@code reason}, since another store takes over. */
  void closeToBeReplaced(String reason) {
    end(
        () -> {
          try {
            pipeline.closeToBeReplaced(reason);
          } finally {
            store.closeToBeReplaced(reason);
          }
        });
  }

  /** Ends transactions and the store after a failure, without writing anything. */
  void abandon(String reason) {
    end(
        () -> {
          try {
            store.abandon(reason);
          } finally {
            pipeline.closeToBeReplaced(reason);
          }
        });
  }

  private static void end(Runnable ending) {
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread closer =
        Thread.ofPlatform()
            .name("varve-manager-close")
            .start(
                () -> {
                  try {
                    ending.run();
                  } catch (RuntimeException | Error e) {
                    failure.set(e);
                  }
                });
    Joining.uninterruptibly(closer);
    switch (failure.get()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw StoreErrors.internal("close", e);
    }
  }
}
