package io.varve.txn;

import io.varve.model.Invariant;
import io.varve.model.OutcomeRecord;
import io.varve.mvcc.Commit;
import io.varve.mvcc.CommitSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Writes the log, one thread at a time: group commit. */
final class LogWriter implements AutoCloseable {
  /*
   * Commits are queued under the commit lock, so the queue has them in commit order. Whoever holds
   * the writing lock takes everything that queued up while the last group was written, writes it as
   * one batch, makes it visible and wakes those who wait. So a group grows with the load, and one
   * write, with one sync where that is asked for, serves all of it; the bound on a group follows the
   * throughput, see AdaptiveBatch.
   *
   * Who writes. There is a thread for it, which is where every sync happens. But handing a commit
   * over to it and back costs two wake-ups, which is many times what a write without a sync takes.
   * So there a committing thread that finds nobody writing writes itself; one that finds somebody
   * at it watches for a moment, if a processor is free for that, and else sleeps. Virtual threads
   * do not write, since a write that stalls would hold their carrier.
   *
   * Nothing stays behind in the queue. A committing thread looks at the queue last of all, after it
   * has written or watched: if there is something in it and nobody is watching, it wakes the thread
   * that writes. One that is watching does the same when it is done.
   *
   * How long a commit may take is watched over from outside, in rounds, and not by a timer for each:
   * setting and cancelling those takes a good part of what an HTTP request costs.
   *
   * A failed write or sync is never tried again: the kernel may have dropped the pages and would
   * report success for nothing. The store becomes read-only, and everybody who waits hears that the
   * outcome is not known.
   */
  private static final int SPINS = 2_000;

  /** A commit is overdue when so many rounds have ended since it was queued. */
  static final int ROUNDS_TO_WAIT = 8;

  private final CommitSequence commits;
  private final ReentrantLock commitLock;
  private final AdaptiveBatch bound;
  private final LongSupplier nanoTime;
  private final TransactionListener listener;
  private final Thread thread;
  private final int maxWatching = Runtime.getRuntime().availableProcessors() - 1;
  private final boolean callersWrite;

  /** Held while a group is taken and written. Lock order: this one, then the commit lock. */
  private final ReentrantLock writing = new ReentrantLock();

  /**
   * Commits that are ordered and not yet taken. Added to under the commit lock, in commit order.
   */
  private final Queue<CommitTicket> queue = new ConcurrentLinkedQueue<>();

  /** The group that is being written. */
  private volatile List<CommitTicket> group = List.of();

  /** Rounds of the watch that have ended. Written by one thread. */
  private volatile long round;

  /** Operations that a group should have at most, for whoever asks. Written by who writes. */
  private volatile int target;

  private final AtomicInteger watching = new AtomicInteger();
  private volatile boolean parked;
  private volatile boolean closing;

  LogWriter(
      CommitSequence commits,
      AdaptiveBatch bound,
      LongSupplier nanoTime,
      TransactionListener listener) {
    this.commits = commits;
    this.commitLock = commits.lock();
    this.bound = bound;
    this.target = bound.chunk();
    this.nanoTime = nanoTime;
    this.listener = listener;
    this.callersWrite = !commits.syncsEachWrite();
    this.thread = Thread.ofPlatform().name("varve-log-writer").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Queues a commit; only under the commit lock, in commit order. */
  CommitTicket enqueue(Commit commit) {
    Invariant.check(commitLock.isHeldByCurrentThread(), "commits are queued in order");
    CommitTicket ticket = new CommitTicket(commit, round);
    queue.add(ticket);
    return ticket;
  }

  /**
   * Sees to it that a queued commit is written, and waits for that as {@link CommitTicket#await}
   * does. To be called without the commit lock.
   */
  boolean finish(CommitTicket ticket) {
    if (callersWrite && !Thread.currentThread().isVirtual()) {
      if (!writeIfIdle(ticket)) {
        watch(ticket);
      }
      if (!queue.isEmpty() && watching.get() == 0) {
        wake();
      }
    } else {
      wake();
    }
    return ticket.await();
  }

  /** Writes what is queued if nobody else is writing; whether the commit is settled. */
  private boolean writeIfIdle(CommitTicket ticket) {
    while (ticket.isPending() && writing.tryLock()) {
      try {
        writeGroup();
      } finally {
        writing.unlock();
      }
    }
    return !ticket.isPending();
  }

  /** Waits for a moment for the write under way, to write next or to be done. */
  private void watch(CommitTicket ticket) {
    if (watching.incrementAndGet() <= maxWatching) {
      for (int i = 0; i < SPINS && ticket.isPending() && !writeIfIdle(ticket); i++) {
        Thread.onSpinWait();
      }
    }
    watching.decrementAndGet();
    writeIfIdle(ticket);
  }

  /** Lets the thread write what is queued. To be called without the commit lock. */
  void wake() {
    if (parked) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    while (true) {
      boolean last = closing; // read before the queue: nothing is queued once it is set
      boolean wrote;
      writing.lock();
      try {
        wrote = writeGroup();
      } finally {
        writing.unlock();
      }
      if (!wrote) {
        if (last) {
          return;
        }
        park();
      }
    }
  }

  /** Announces that it sleeps and looks once more, so that no commit slips in between. */
  private void park() {
    parked = true;
    if (queue.isEmpty() && !closing) {
      LockSupport.park(this);
    }
    parked = false;
  }

  /**
   * Ends a round of the watch: gives up on what has waited for too long. By one thread at a time.
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  void endRound() {
    round++;
    group.forEach(this::giveUpIfOverdue);
    queue.forEach(this::giveUpIfOverdue);
  }

  private void giveUpIfOverdue(CommitTicket ticket) {
    if (isOverdue(ticket)) {
      ticket.giveUp();
    }
  }

  private boolean isOverdue(CommitTicket ticket) {
    return round - ticket.queuedInRound() > ROUNDS_TO_WAIT;
  }

  /** Commits that wait to be taken. Looks at each. */
  int queued() {
    return queue.size();
  }

  /** Operations that a group should have at most. */
  int target() {
    return target;
  }

  /** Whether the write under way takes longer than any commit may. */
  boolean isStuck() {
    List<CommitTicket> written = group;
    return !written.isEmpty() && isOverdue(written.getFirst());
  }

  /** Writes the next group, if there is one; whether there was. Holds the writing lock. */
  private boolean writeGroup() {
    Group next = take();
    if (next.tickets().isEmpty()) {
      return false;
    }
    group = next.tickets();
    write(next);
    group = List.of();
    return true;
  }

  /**
   * Commits that are written together.
   *
   * @param tickets in commit order
   * @param operations writes in all of them
   * @param bytes of keys, values and outcomes
   */
  private record Group(List<CommitTicket> tickets, long operations, long bytes) {}

  private Group take() {
    List<CommitTicket> taken = new ArrayList<>();
    long operations = 0;
    long bytes = 0;
    while (!bound.isFull(operations, bytes)) {
      CommitTicket ticket = queue.poll();
      if (ticket == null) {
        break;
      }
      taken.add(ticket);
      operations += ticket.commit().writes().size();
      bytes += bytesOf(ticket.commit());
    }
    return new Group(taken, operations, bytes);
  }

  private static long bytesOf(Commit commit) {
    long bytes = 0;
    for (int i = 0; i < commit.writes().size(); i++) {
      bytes += commit.writes().get(i).bytes();
    }
    for (OutcomeRecord outcome : commit.outcomes()) {
      bytes += outcome.estimateBytes();
    }
    return bytes;
  }

  private void write(Group next) {
    long takenNanos = nanoTime.getAsLong();
    List<CommitTicket> tickets = next.tickets();
    List<Commit> ordered = new ArrayList<>(tickets.size());
    for (CommitTicket ticket : tickets) {
      ordered.add(ticket.commit());
    }
    long loggedNanos;
    try {
      commits.requireWritable();
      commits.log(ordered);
      loggedNanos = nanoTime.getAsLong();
      commits.publish(ordered.getLast());
    } catch (RuntimeException | Error e) {
      fail(tickets, e);
      return;
    }
    for (CommitTicket ticket : tickets) {
      ticket.logged(takenNanos, loggedNanos);
      ticket.complete();
    }
    listener.groupLogged(tickets.size(), next.bytes());
    if (next.operations() >= bound.chunk()) {
      bound.written(next.operations(), nanoTime.getAsLong() - takenNanos);
      target = bound.chunk();
    }
  }

  private void fail(List<CommitTicket> tickets, Throwable cause) {
    try {
      commits.becomeReadOnly("Writing the log failed.", cause);
    } finally {
      failAll(tickets, cause); // whatever a listener does: nobody else would wake them
    }
  }

  private void failAll(List<CommitTicket> tickets, Throwable cause) {
    List<CommitTicket> lost = new ArrayList<>(tickets);
    commitLock.lock(); // whoever orders a commit after this finds the store read-only
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
