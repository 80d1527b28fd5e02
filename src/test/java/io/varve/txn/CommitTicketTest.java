package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.mvcc.Commit;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests for {@link CommitTicket}. */
@Timeout(60)
final class CommitTicketTest {
  private final Commit commit = new Commit(1, 0, 0, null, null, List.of());

  @Test
  void await_done() {
    var ticket = new CommitTicket(commit, 0);
    ticket.complete();

    assertThat(ticket.await()).isTrue();
    assertThat(ticket.cause()).isNull();
    assertThat(ticket.commit()).isSameAs(commit);
  }

  @Test
  void await_failed() {
    var ticket = new CommitTicket(commit, 0);
    var cause = new IllegalStateException("disk");
    ticket.fail(cause);

    assertThat(ticket.await()).isFalse();
    assertThat(ticket.cause()).isSameAs(cause);
  }

  @Test
  void await_givenUp() {
    var ticket = new CommitTicket(commit, 0);
    ticket.giveUp();

    assertThat(ticket.await()).isFalse();
    ticket.complete();
    assertThat(ticket.await()).as("its caller has heard that nothing is known").isFalse();
    ticket.fail(new IllegalStateException("disk"));
    assertThat(ticket.cause()).isNull();
  }

  @Test
  void await_isWokenByComplete() throws Exception {
    var ticket = new AtomicReference<CommitTicket>();
    var waiter =
        new FutureTask<>(
            () -> {
              ticket.set(new CommitTicket(commit, 0));
              return ticket.get().await();
            });
    Thread thread = Thread.ofPlatform().start(waiter);
    awaitParked(thread);

    ticket.get().complete();

    assertThat(waiter.get()).isTrue();
  }

  @Test
  void await_isWokenByFail() throws Exception {
    var ticket = new AtomicReference<CommitTicket>();
    var waiter =
        new FutureTask<>(
            () -> {
              ticket.set(new CommitTicket(commit, 0));
              return ticket.get().await();
            });
    Thread thread = Thread.ofVirtual().start(waiter);
    awaitParked(thread);

    ticket.get().fail(new IllegalStateException("disk"));

    assertThat(waiter.get()).isFalse();
  }

  @Test
  void await_byAnotherThreadThanTheOneThatOrdered() throws Exception {
    var ticket = new CommitTicket(commit, 0);
    var waiter = new FutureTask<>(ticket::await);
    Thread thread = Thread.ofVirtual().start(waiter);
    awaitParked(thread);

    ticket.complete();

    assertThat(waiter.get()).isTrue();
  }

  @Test
  void await_interruptedGoesOnAndKeepsTheFlag() throws Exception {
    var ticket = new AtomicReference<CommitTicket>();
    var waiter =
        new FutureTask<>(
            () -> {
              ticket.set(new CommitTicket(commit, 0));
              boolean done = ticket.get().await();
              return done && Thread.interrupted();
            });
    Thread thread = Thread.ofPlatform().start(waiter);
    awaitParked(thread);

    thread.interrupt();
    await().until(() -> !thread.isInterrupted()); // it woke up and took note
    awaitParked(thread);
    ticket.get().complete();

    assertThat(waiter.get()).isTrue();
  }

  private static void awaitParked(Thread thread) {
    await().until(() -> thread.getState() == Thread.State.WAITING);
  }
}
