package io.varve.txn;

import io.varve.model.Entry;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.OutcomeRecord;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.TransactionErrors;
import io.varve.model.Value;
import io.varve.mvcc.Snapshot;
import io.varve.mvcc.Write;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An open transaction: reads one revision, keeps its writes to itself until {@link #commit()}.
 *
 * <p>Used by one thread at a time; only {@link #expireIfOverdue()} may be called by another. Must
 * be closed, which rolls back what was not committed.
 */
public final class Transaction implements WriteView, AutoCloseable {
  private final TransactionOptions options;
  private final TransactionLimits limits;
  private final Snapshot snapshot;
  private final TransactionBuffer buffer;
  private final CommitPipeline pipeline;
  private final LongSupplier nanoTime;
  private final long startNanos;
  private final boolean isTimed;
  private final Runnable onEnd;
  private final AtomicReference<TransactionState> state =
      new AtomicReference<>(TransactionState.ACTIVE);

  /** Of its commit, which is tried by one thread, and for what is told at its end. */
  private PhaseTimes phases = PhaseTimes.NONE;

  private List<Conflict> conflicts = List.of();

  /** The result of {@link #effectiveWrites()} since the last write, or null. */
  private @Nullable List<Write> effective;

  Transaction(
      TransactionOptions options,
      TransactionLimits limits,
      Snapshot snapshot,
      CommitPipeline pipeline,
      LongSupplier nanoTime,
      Runnable onEnd) {
    this.options = options;
    this.limits = limits;
    this.snapshot = snapshot;
    this.buffer = new TransactionBuffer(limits, options.isolation() == Isolation.SERIALIZABLE);
    this.pipeline = pipeline;
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    this.onEnd = onEnd;
    this.isTimed = pipeline.listener().begun();
  }

  /** How it runs. */
  public TransactionOptions options() {
    return options;
  }

  /** Where it stands. */
  public TransactionState state() {
    return state.get();
  }

  @Override
  public Revision readRevision() {
    return snapshot.revision();
  }

  @Override
  public @Nullable Entry get(Key key) {
    limits.check(key);
    requireActive();
    buffer.countOperation();
    Write own = buffer.written(key);
    if (own != null) {
      return own.value() == null ? null : new Entry(key, own.value(), Revision.ZERO);
    }
    buffer.read(key);
    Entry entry = snapshot.get(key);
    requireActive(); // had it expired meanwhile, the snapshot would not hold any more
    return entry;
  }

  @Override
  public ScanPage scan(KeyRange range, ScanOptions page) {
    requireActive();
    buffer.countOperation();
    ScanPage found = new OwnWritesScan(snapshot, buffer).page(range, page);
    buffer.read(OwnWritesScan.covered(range, found.rest(), page.reverse()));
    requireActive();
    return found;
  }

  @Override
  public void put(Key key, Value value) {
    limits.check(key);
    limits.check(value);
    requireWritable();
    effective = null;
    buffer.write(key, value);
  }

  @Override
  public void delete(Key key) {
    limits.check(key);
    requireWritable();
    effective = null;
    buffer.write(key, null);
  }

  /**
   * Commits. When it returns {@code Committed}, everything is visible and as durable as the
   * settings promise. Throws {@code TRANSACTION_EXPIRED}, {@code TRANSACTION_FINISHED} or, with
   * {@code outcome: unknown}, {@code STORE_UNAVAILABLE}; the transaction is over then too. Throws
   * {@code WRITE_STALL} and leaves it open.
   */
  public CommitResult commit() {
    return commit(List.of());
  }

  /** The same, and keeps the outcomes if and only if the transaction is committed. */
  CommitResult commit(List<OutcomeRecord> outcomes) {
    requireActive();
    if (!state.compareAndSet(TransactionState.ACTIVE, TransactionState.COMMITTING)) {
      throw refused();
    }
    TransactionState end = TransactionState.ROLLED_BACK;
    try {
      CommitResult result = commitOrKeep(outcomes);
      end =
          switch (result) {
            case CommitResult.Committed _ -> TransactionState.COMMITTED;
            case CommitResult.Conflicted conflicted -> {
              conflicts = conflicted.conflicts();
              yield TransactionState.CONFLICTED;
            }
          };
      return result;
    } catch (StoreException e) {
      if (e.code() == ErrorCode.WRITE_STALL) {
        end = TransactionState.ACTIVE; // nothing has happened, and it may well fit in soon
      }
      throw e;
    } finally {
      if (end == TransactionState.ACTIVE) {
        state.set(end);
      } else {
        end(TransactionState.COMMITTING, end);
      }
    }
  }

  private CommitResult commitOrKeep(List<OutcomeRecord> outcomes) {
    List<Write> writes = effectiveWrites();
    long read = snapshot.revision().value();
    if (!writes.isEmpty()) {
      phases = isTimed ? PhaseTimes.start(nanoTime) : PhaseTimes.NONE;
      return pipeline.commit(buffer, writes, read, options, outcomes, phases);
    }
    if (buffer.hasWrites()) { // deletes of nothing conflict as writes do
      List<Conflict> found = pipeline.conflicts(buffer, read);
      if (!found.isEmpty()) {
        return new CommitResult.Conflicted(found);
      }
    }
    if (!outcomes.isEmpty()) {
      pipeline.keep(options, outcomes);
    }
    return new CommitResult.Committed(snapshot.revision(), false);
  }

  /**
   * The writes that change something. A delete of a key that the snapshot lacks makes no version:
   * if the transaction commits, no other has written the key since.
   */
  private List<Write> effectiveWrites() {
    List<Write> known = effective;
    if (known == null) {
      known = buffer.writes();
      known.removeIf(write -> write.value() == null && snapshot.get(write.key()) == null);
      effective = known;
    }
    return known;
  }

  /** Whether its commit changes anything. The transaction must be active. */
  boolean hasWrites() {
    boolean has = !effectiveWrites().isEmpty();
    requireActive(); // had it expired meanwhile, the snapshot would not hold any more
    return has;
  }

  /** The keys it has written so far. */
  Set<Key> writtenKeys() {
    return buffer.keysWritten();
  }

  /** Heap bytes that its reads and writes take, estimated. */
  long heapBytes() {
    return buffer.heapBytes();
  }

  /**
   * Runs {@code steps} as one: if it throws, the writes before it in there are taken back. What it
   * has read still counts.
   */
  <T> T atomically(Function<WriteView, T> steps) {
    buffer.begin();
    try {
      return steps.apply(this);
    } catch (RuntimeException | Error e) {
      buffer.undo();
      effective = null;
      throw e;
    } finally {
      buffer.end();
    }
  }

  /** Gives everything up. Throws if the transaction is over in another way. */
  public void rollback() {
    requireActive();
    if (!end(TransactionState.ACTIVE, TransactionState.ROLLED_BACK)) {
      throw refused();
    }
  }

  /** Rolls back if it is open for longer than its timeout; whether it did. Any thread may call. */
  boolean expireIfOverdue() {
    return ageNanos() > options.timeout().toNanos()
        && end(TransactionState.ACTIVE, TransactionState.EXPIRED);
  }

  /** Rolls back what is still open. Idempotent. */
  @Override
  public void close() {
    end(TransactionState.ACTIVE, TransactionState.ROLLED_BACK);
  }

  private boolean end(TransactionState from, TransactionState to) {
    if (!state.compareAndSet(from, to)) {
      return false;
    }
    snapshot.close();
    onEnd.run();
    pipeline
        .listener()
        .ended(
            new TransactionEnd(
                options,
                outcome(from, to),
                buffer.operations(),
                ageNanos(),
                isTimed,
                phases,
                conflicts));
    return true;
  }

  private static TransactionOutcome outcome(TransactionState from, TransactionState to) {
    return switch (to) {
      case COMMITTED -> TransactionOutcome.COMMITTED;
      case CONFLICTED -> TransactionOutcome.CONFLICT;
      case EXPIRED -> TransactionOutcome.EXPIRED;
      case ACTIVE, COMMITTING, ROLLED_BACK ->
          from == TransactionState.COMMITTING
              ? TransactionOutcome.ERROR
              : TransactionOutcome.ABORTED;
    };
  }

  /** Since it began. */
  long ageNanos() {
    return nanoTime.getAsLong() - startNanos;
  }

  private void requireActive() {
    if (state.get() != TransactionState.ACTIVE || expireIfOverdue()) {
      throw refused();
    }
  }

  private void requireWritable() {
    requireActive();
    if (options.isolation() == Isolation.READ_ONLY) {
      throw StoreErrors.malformed(
          "isolation", "The transaction is READ_ONLY. Begin one that may write.");
    }
  }

  private RuntimeException refused() {
    return state.get() == TransactionState.EXPIRED
        ? TransactionErrors.transactionExpired(options.timeout().toMillis())
        : TransactionErrors.transactionFinished();
  }
}
