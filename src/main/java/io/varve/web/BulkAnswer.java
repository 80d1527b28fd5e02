package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.txn.AdaptiveBatchChunk;
import io.varve.txn.AdaptiveBatchReport;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The answer to a bulk load, which is written while the load goes on. */
final class BulkAnswer implements AutoCloseable {
  /*
   * A thread of its own waits for each chunk and writes its line, so that a client hears of a
   * chunk as soon as it is committed, even while the load waits for the next line.
   *
   * Many clients send everything before they read anything. So all lines of a load of any length
   * must fit into the buffers between the two ends: a write that waits for such a client would be
   * given up after the timeout of the connection, and the load with it. The first chunks have a
   * line each; then one line stands for two chunks, for four, and so on, so that the lines grow
   * with the logarithm of the chunks. The operations of all lines still add up.
   *
   * A client that takes nothing at all, or a network that does not, holds up only this thread and
   * not the load: chunks wait here, and beyond a bound two of them become one.
   *
   * The response belongs to this thread until close() has returned, and then to the caller again.
   */
  static final int MAX_WAITING = 256;

  /** Chunks that have a line of their own. */
  static final int SINGLE_LINES = 64;

  /** After so many more lines each stands for twice as many chunks. */
  static final int LINES_PER_DOUBLING = 16;

  private static final double RSD_STEPS = 10_000;

  private final NdjsonOutput out;
  private final Thread thread = Thread.ofVirtual().name("varve-bulk-answer").unstarted(this::run);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Deque<AdaptiveBatchChunk> waiting = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean ended;

  /** What was committed, for whoever has closed this. Written by the thread alone. */
  private long operations;

  private int chunks;
  private @Nullable Revision revision;
  private @Nullable StoreException failure;

  /** Committed chunks that no line has told of yet, as one. Of the thread alone, as the next. */
  private @Nullable AdaptiveBatchChunk untold;

  private int lines;
  private int chunksOfLine;

  /** Why nothing can be written any more. */
  private volatile @Nullable IOException gone;

  private BulkAnswer(NdjsonOutput out) {
    this.out = out;
  }

  /** An answer whose headers are sent. */
  static BulkAnswer begin(NdjsonOutput out) throws IOException {
    out.flush();
    BulkAnswer answer = new BulkAnswer(out);
    answer.thread.start();
    return answer;
  }

  /** Takes a chunk that is on its way; those before it are committed. */
  void add(AdaptiveBatchChunk chunk) {
    lock.lock();
    try {
      if (waiting.size() >= MAX_WAITING) {
        AdaptiveBatchChunk last = waiting.removeLast();
        waiting.addLast(merge(waiting.removeLast(), last));
      }
      waiting.addLast(chunk);
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private static AdaptiveBatchChunk merge(AdaptiveBatchChunk first, AdaptiveBatchChunk second) {
    return new AdaptiveBatchChunk(
        second.number(),
        first.entries() + second.entries(),
        second.rate(),
        second.rsd(),
        second.revision());
  }

  /** Throws if the client is known not to read the answer. */
  void requireReader() throws IOException {
    IOException why = gone;
    if (why != null) {
      throw why;
    }
  }

  private void run() {
    try {
      for (AdaptiveBatchChunk chunk = take(); chunk != null; chunk = take()) {
        write(chunk, chunk.revision().get());
      }
    } catch (StoreException e) {
      failure = e;
    } catch (RuntimeException e) {
      failure = StoreErrors.internal("answer", e);
    } finally {
      writeUntold();
    }
  }

  /** The next chunk, or null once there is none to come. */
  private @Nullable AdaptiveBatchChunk take() {
    lock.lock();
    try {
      while (waiting.isEmpty() && !ended) {
        changed.awaitUninterruptibly();
      }
      return waiting.pollFirst();
    } finally {
      lock.unlock();
    }
  }

  private void write(AdaptiveBatchChunk chunk, Revision at) {
    operations += chunk.entries();
    chunks = chunk.number();
    revision = at;
    untold = untold == null ? chunk : merge(untold, chunk);
    chunksOfLine++;
    if (chunksOfLine >= chunksPerLine(lines)) {
      writeUntold();
    }
  }

  private static long chunksPerLine(int linesBefore) {
    return linesBefore < SINGLE_LINES
        ? 1
        : 2L << ((linesBefore - SINGLE_LINES) / LINES_PER_DOUBLING);
  }

  private void writeUntold() {
    AdaptiveBatchChunk chunk = untold;
    if (chunk == null || gone != null) {
      return;
    }
    untold = null;
    chunksOfLine = 0;
    lines++;
    try {
      out.line(
          new Chunk(
              chunk.number(),
              chunk.entries(),
              chunk.revision().get().value(),
              Math.round(chunk.rate()),
              rounded(chunk.rsd())));
      out.flush();
    } catch (IOException e) {
      gone = e;
    }
  }

  private static double rounded(double rsd) {
    return Math.round(rsd * RSD_STEPS) / RSD_STEPS;
  }

  /** Returns when every chunk is dealt with, its line sent, and the thread at its end. */
  @Override
  public void close() {
    lock.lock();
    try {
      ended = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException _) {
        interrupted = true; // the response must not go back while the thread has it
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** After {@link #close}: why a chunk was not committed, or null if all were. */
  @Nullable StoreException failure() {
    return failure;
  }

  /** After {@link #close}: the last line of a load that was done. */
  void writeDone(AdaptiveBatchReport report) throws IOException {
    writeLast(
        new Done(
            true,
            operations,
            chunks,
            report.finalChunk(),
            Math.round(report.averageRate()),
            Math.round(report.bestRate()),
            rounded(report.rsd()),
            lastRevision()));
  }

  /** After {@link #close}: the last line of a load that ended early. */
  void writeProblem(Map<String, Object> problem) throws IOException {
    writeLast(new Ended(false, operations, chunks, lastRevision(), problem));
  }

  private void writeLast(Object line) throws IOException {
    requireReader();
    out.line(line);
    out.flush();
  }

  private @Nullable Long lastRevision() {
    return revision == null ? null : revision.value();
  }

  /** A chunk that is committed. In a long load one may stand for several. */
  @Schema(
      name = "BulkChunk",
      description = "A chunk of a bulk load that is committed. One may stand for several.")
  record Chunk(
      @Schema(description = "Its number; the first is 1.", example = "1") int chunk,
      @Schema(description = "Lines since the chunk line before.", example = "12500")
          long operations,
      @Schema(description = "The revision of its commit.", example = "913") long revision,
      @Schema(description = "Throughput of the chunk.", example = "210000") long opsPerSecond,
      @Schema(
              description =
                  "Relative standard deviation of the throughput over the last chunks; 0.08 is 8"
                      + " %.",
              example = "0.0512")
          double rsd) {}

  /** A load that is done. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "BulkDone", description = "The last line of a bulk load that is done.")
  record Done(
      @Schema(description = "True.", example = "true") boolean done,
      @Schema(description = "Lines that are committed.", example = "1000000") long operations,
      @Schema(description = "Commits they took.", example = "62") int chunks,
      @Schema(description = "The size that the next chunk would have had.", example = "23000")
          int finalChunk,
      @Schema(description = "Throughput, the mean over the chunks.", example = "205000")
          long averageOpsPerSecond,
      @Schema(description = "Throughput of the best chunk.", example = "260000")
          long bestOpsPerSecond,
      @Schema(
              description =
                  "Relative standard deviation of the throughput over the last chunks; 0.08 is 8"
                      + " %.",
              example = "0.0512")
          double rsd,
      @Schema(
              description = "The revision of the last chunk; left out where there was none.",
              example = "975")
          @Nullable Long revision) {}

  /** A load that ended early. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "BulkEnded", description = "The last line of a bulk load that ended early.")
  record Ended(
      @Schema(description = "False.", example = "false") boolean done,
      @Schema(
              description = "Lines that are committed: the load can go on after them.",
              example = "25000")
          long operations,
      @Schema(description = "Commits they took.", example = "2") int chunks,
      @Schema(
              description = "The revision of the last of these; left out where there was none.",
              example = "915")
          @Nullable Long revision,
      @Schema(
              description = "Why, with the number of the bad line as `line`, if one is to blame.",
              implementation = ProblemJson.class)
          Map<String, Object> problem) {}
}
