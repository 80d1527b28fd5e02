package io.varve.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A body of a request that one thread writes while another sends it. It holds a few blocks; who
 * writes waits while they are all there.
 */
final class BodyPipe extends InputStream {
  private final int maxBlocks;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  @GuardedBy("lock")
  private final Deque<byte[]> blocks = new ArrayDeque<>();

  @GuardedBy("lock")
  private boolean isEnded;

  @GuardedBy("lock")
  private boolean isAbandoned;

  /** What is being read, and how far. Only the reader uses them. */
  private byte[] block = new byte[0];

  private int position;

  BodyPipe(int maxBlocks) {
    this.maxBlocks = maxBlocks;
  }

  /** What became of a block. */
  enum Put {
    TAKEN,
    /** Nobody reads any more. */
    ABANDONED,
    /** Nobody has read in time. */
    STALLED
  }

  /** Adds a block, which is not empty and not changed any more. Waits for room. */
  Put put(byte[] added, Duration timeout) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = timeout.toNanos();
      while (blocks.size() >= maxBlocks && !isAbandoned) {
        if (left <= 0) {
          return Put.STALLED;
        }
        left = changed.awaitNanos(left);
      }
      if (isAbandoned) {
        return Put.ABANDONED;
      }
      blocks.add(added);
      changed.signalAll();
      return Put.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  /** There are no more blocks. */
  void end() {
    lock.lock();
    try {
      isEnded = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Nobody reads any more: whoever writes need not wait. */
  void abandon() {
    lock.lock();
    try {
      isAbandoned = true;
      blocks.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (position == block.length) {
      byte[] next = take();
      if (next == null) {
        return -1;
      }
      block = next;
      position = 0;
    }
    int count = Math.min(length, block.length - position);
    System.arraycopy(block, position, target, offset, count);
    position += count;
    return count;
  }

  /** The next block, or null after the last. */
  private byte @Nullable [] take() throws IOException {
    lock.lock();
    try {
      while (blocks.isEmpty() && !isEnded && !isAbandoned) {
        changed.await();
      }
      if (isAbandoned) {
        // An end here would look like the end of the body.
        throw new IOException("The request was given up.");
      }
      byte[] next = blocks.poll();
      changed.signalAll();
      return next;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("The request was given up.");
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    abandon();
  }
}
