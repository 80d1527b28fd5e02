package io.varve.web;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import io.varve.txn.AdaptiveBatchReport;
import io.varve.txn.AdaptiveBatchWriter;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectReader;

/** One bulk load while it runs: its lines, and the chunk in the making. */
final class BulkLoad {
  /*
   * The thread of the request reads. Lines that it has are worked off in one step, under a permit of
   * Admission; while it waits for the next ones it holds none, so that a load whose client pauses
   * keeps no other load from running. When a chunk has been in the making for long enough, another
   * thread commits it as it is, whether or not a line comes.
   *
   * A thread that works takes the permit first and then the lock, never the other way round: else a
   * thread with the lock might wait for the permit of one that waits for the lock.
   */
  /** What an open load holds beside its long lines and its chunk, about. */
  static final long OPEN_BYTES = 512 << 10;

  /** What is committed may be on its way into the log while the next chunk is made. */
  private static final int CHUNKS_HELD = 2;

  /** Runs something later. */
  interface Delay {
    /** Runs {@code task} in so many nanoseconds, in a thread of its own. */
    void run(Runnable task, long nanos);

    /** Of the clock, in virtual threads. */
    static Delay virtual() {
      return (task, nanos) ->
          CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, Thread::startVirtualThread)
              .execute(task);
    }
  }

  private final Admission admission;
  private final ByteBudget.Share share;
  private final Caller caller;
  private final ObjectReader reader;
  private final BulkAnswer answer;
  private final Delay delay;
  private final ReentrantLock lock = new ReentrantLock();

  @GuardedBy("lock")
  private final AdaptiveBatchWriter writer;

  @GuardedBy("lock")
  private long lineBytes;

  /** Whether a task waits for the chunk in the making to be due. */
  @GuardedBy("lock")
  private boolean isArmed;

  @GuardedBy("lock")
  private boolean isOver;

  /** Why a chunk was not committed that was due. */
  @GuardedBy("lock")
  private @Nullable StoreException failure;

  /** {@code lineBytes} of the share are of lines already. */
  BulkLoad(
      Admission admission,
      ByteBudget.Share share,
      Caller caller,
      ObjectReader reader,
      BulkAnswer answer,
      AdaptiveBatchWriter writer,
      long lineBytes,
      Delay delay) {
    this.admission = admission;
    this.share = share;
    this.caller = caller;
    this.reader = reader;
    this.answer = answer;
    this.writer = writer;
    this.lineBytes = lineBytes;
    this.delay = delay;
  }

  /** Reads and writes to the end. Throws {@link IOException} where the body does not come to it. */
  AdaptiveBatchReport run(LineReader lines) throws IOException {
    while (lines.next()) {
      answer.requireReader();
      admission.bulkStep(() -> step(lines));
    }
    return finish();
  }

  /** Takes the line that {@code lines} is at, and those that need no more reading. */
  private boolean step(LineReader lines) throws IOException {
    lock.lock();
    try {
      requireUnbroken();
      while (true) {
        if (!lines.isBlank()) {
          BulkLine.read(lines, reader).writeTo(writer, caller);
        }
        if (!lines.hasNext()) {
          break;
        }
        var _ = lines.next();
      }
      account();
      arm();
      return true;
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void requireUnbroken() {
    if (failure != null) {
      throw failure;
    }
  }

  /** Holds what the load takes; where that is not to be had, less is kept back. */
  @GuardedBy("lock")
  private void account() {
    long open = OPEN_BYTES + lineBytes;
    try {
      long more = open + CHUNKS_HELD * writer.pendingBytes() - share.bytes();
      if (more > 0) {
        share.add(more);
      } else {
        share.shrinkTo(share.bytes() + more);
      }
    } catch (StoreException e) {
      if (e.code() != ErrorCode.TOO_MANY_REQUESTS) {
        throw e;
      }
      writer.commitEarly();
      share.shrinkTo(Math.min(open, share.bytes()));
    }
  }

  @GuardedBy("lock")
  private void arm() {
    long nanos = writer.nanosLeft();
    if (!isArmed && nanos != Long.MAX_VALUE) {
      isArmed = true;
      delay.run(() -> admission.bulkStep(this::commitDue), nanos);
    }
  }

  private boolean commitDue() {
    lock.lock();
    try {
      isArmed = false;
      if (!isOver) {
        if (writer.nanosLeft() == 0) {
          writer.commitEarly();
          account();
        }
        arm();
      }
      return true;
    } catch (StoreException e) {
      failure = e; // for the thread of the request, once it has a line
      isOver = true;
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the heap of a line that is longer than most. */
  void growLine(long bytes) {
    lock.lock();
    try {
      share.add(bytes);
      lineBytes += bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Commits what was received and is not committed yet; nothing is committed after it. */
  AdaptiveBatchReport finish() {
    return admission.bulkStep(
        () -> {
          lock.lock();
          try {
            requireUnbroken();
            isOver = true;
            return writer.finish();
          } finally {
            lock.unlock();
          }
        });
  }

  /** Drops the chunk in the making, if there is one. */
  void giveUp() {
    lock.lock();
    try {
      isOver = true;
    } finally {
      lock.unlock();
    }
  }
}
