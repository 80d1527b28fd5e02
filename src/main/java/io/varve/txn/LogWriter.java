package io.varve.txn;

import io.varve.model.Invariant;
import io.varve.mvcc.Commit;
import io.varve.mvcc.CommitSequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/** The one thread that writes the log: group commit. */
final class LogWriter implements AutoCloseable {
  /*
   * Commits are queued under the commit lock, so the queue has them in commit order. The thread
   * takes everything that queued up while it wrote and synced the last group, writes it as one
   * batch, makes it visible and wakes those who wait. So a group grows with the load, and one sync
   * serves all of it; the bound on a group follows the throughput, see AdaptiveBatch.
   *
   * A failed write or sync is never tried again: the kernel may have dropped the pages and would
   * report success for nothing. The store becomes read-only, and everybody who waits hears that the
   * outcome is not known.
   */
  private final CommitSequence commits;
  private final ReentrantLock commitLock;
  private final AdaptiveBatch bound;
  private final Thread thread;

  /** Commits that are ordered and not yet taken. Guarded by the commit lock. */
  private final ArrayDeque<CommitTicket> queue = new ArrayDeque<>();

  private volatile boolean parked;
  private volatile boolean closing;

  LogWriter(CommitSequence commits, AdaptiveBatch bound) {
    this.commits = commits;
    this.commitLock = commits.lock();
    this.bound = bound;
    this.thread = Thread.ofPlatform().name("varve-log-writer").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Queues a commit; only under the commit lock, in commit order. */
  CommitTicket enqueue(Commit commit) {
    Invariant.check(commitLock.isHeldByCurrentThread(), "commits are queued in order");
    CommitTicket ticket = new CommitTicket(commit);
    queue.add(ticket);
    return ticket;
  }

  /** To be called after {@link #enqueue}, without the lock. */
  void wake() {
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    while (true) {
      boolean last = closing; // read before the queue: nothing is queued once it is set
      List<CommitTicket> group = take();
      if (!group.isEmpty()) {
        write(group);
      } else if (last) {
        return;
      } else {
        park();
      }
    }
  }

  /** Announces that it sleeps and looks once more, so that no commit slips in between. */
  private void park() {
    parked = true;
    if (isIdle() && !closing) {
      LockSupport.park(this);
    }
    parked = false;
  }

  private boolean isIdle() {
    commitLock.lock();
    try {
      return queue.isEmpty();
    } finally {
      commitLock.unlock();
    }
  }

  private List<CommitTicket> take() {
    List<CommitTicket> group = new ArrayList<>();
    long operations = 0;
    long bytes = 0;
    commitLock.lock();
    try {
      while (!queue.isEmpty() && !bound.isFull(operations, bytes)) {
        CommitTicket ticket = queue.remove();
        group.add(ticket);
        operations += ticket.commit().writes().size();
        bytes += bytesOf(ticket.commit());
      }
    } finally {
      commitLock.unlock();
    }
    return group;
  }

  private static long bytesOf(Commit commit) {
    long bytes = 0;
    for (int i = 0; i < commit.writes().size(); i++) {
      bytes += commit.writes().get(i).bytes();
    }
    return bytes;
  }

  private void write(List<CommitTicket> group) {
    long started = System.nanoTime();
    List<Commit> ordered = new ArrayList<>(group.size());
    long operations = 0;
    for (CommitTicket ticket : group) {
      ordered.add(ticket.commit());
      operations += ticket.commit().writes().size();
    }
    try {
      commits.requireWritable();
      commits.log(ordered);
      commits.publish(ordered.getLast());
    } catch (RuntimeException | Error e) {
      fail(group, e);
      return;
    }
    for (CommitTicket ticket : group) {
      ticket.complete();
    }
    if (operations >= bound.chunk()) {
      bound.written(operations, System.nanoTime() - started);
    }
  }

  private void fail(List<CommitTicket> group, Throwable cause) {
    commits.becomeReadOnly("Writing the log failed: restart the service to recover.", cause);
    List<CommitTicket> lost = new ArrayList<>(group);
    commitLock.lock();
    try {
      lost.addAll(queue);
      queue.clear();
    } finally {
      commitLock.unlock();
    }
    for (CommitTicket ticket : lost) {
      ticket.fail(cause);
    }
  }

  /** Writes what is queued and ends the thread. Nothing may be queued any more. */
  @Override
  public void close() {
    closing = true;
    LockSupport.unpark(thread);
    Joining.uninterruptibly(thread); // whoever waits for a commit must hear how it ends
  }
}
