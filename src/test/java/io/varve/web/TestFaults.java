package io.varve.web;

import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.StoreErrors;
import io.varve.model.TransactionErrors;
import io.varve.model.Value;
import io.varve.txn.ReadPoint;
import io.varve.txn.ReadView;
import io.varve.txn.RequestOutcomes;
import io.varve.txn.StoreSessions;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionRef;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Requests that fail in ways a test cannot bring about from outside, one a path. */
@TestComponent
@RestController
@Guarded(Guarded.By.CALLER)
final class TestFaults {
  private static final Key CONTESTED = Key.of("contested");

  private final StoreSessions sessions;
  private volatile @Nullable CountDownLatch holding;
  private final Queue<RequestOutcomes.Claim> claims = new ConcurrentLinkedQueue<>();

  private final EntryStream stream;

  TestFaults(StoreSessions sessions, EntryStream stream) {
    this.stream = stream;
    this.sessions = sessions;
  }

  /** Holds the claim to an idempotency key, as a request that runs would. */
  @PostMapping("/test/claim")
  void claim(@RequestParam String key) {
    claims.add(sessions.outcomes().claim(IdempotencyKey.id("", key)));
  }

  /** Lets go of all such claims. */
  @PostMapping("/test/release")
  void release() {
    claims.forEach(RequestOutcomes.Claim::close);
    claims.clear();
  }

  /** A call to a transaction that lasts until it is let go. */
  @PostMapping("/test/hold")
  void hold(@RequestParam String transaction) {
    sessions
        .registry()
        .call(
            new TransactionRef("", transaction),
            _ -> {
              CountDownLatch letGo = new CountDownLatch(1);
              holding = letGo;
              return await(letGo);
            });
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @GetMapping("/test/held")
  boolean held() {
    return holding != null;
  }

  @PostMapping("/test/let-go")
  void letGo() {
    CountDownLatch held = holding;
    if (held != null) {
      held.countDown();
    }
    holding = null;
  }

  /** Another transaction writes the key during every attempt of this one. */
  @PostMapping("/test/conflict")
  void conflict() {
    TransactionOptions options = TransactionOptions.DEFAULTS;
    sessions
        .transactions()
        .execute(
            options,
            view -> {
              var _ = view.get(CONTESTED);
              sessions
                  .transactions()
                  .execute(
                      options.labelled("rival"),
                      rival -> {
                        rival.put(CONTESTED, Value.of("secret"));
                        return true;
                      });
              view.put(CONTESTED, Value.of("secret"));
              return true;
            });
  }

  /** A stream of entries whose second step fails. */
  @GetMapping("/test/broken-stream")
  void brokenStream(HttpServletRequest request, HttpServletResponse response) {
    KeyRange all = KeyRange.ALL;
    ScanRequest scan = new ScanRequest(ReadPoint.LATEST, all, all, false, false);
    stream.write(new FailingSecondStep(), scan, Long.MAX_VALUE, request, response);
  }

  /** A long answer that fails before any of it is sent. */
  @GetMapping("/test/unfinished")
  void unfinished(HttpServletResponse response) throws IOException {
    response.setContentType("application/json");
    response.setHeader("ETag", "\"kept\"");
    response.getOutputStream().write(new byte[2000]);
    throw StoreErrors.unavailable("It failed.");
  }

  private static final class FailingSecondStep implements ReadView {
    private boolean begun;

    @Override
    public Revision readRevision() {
      return new Revision(7);
    }

    @Override
    public @Nullable Entry get(Key key) {
      return null;
    }

    @Override
    public ScanPage scan(KeyRange range, ScanOptions options) {
      if (begun) {
        throw StoreErrors.unavailable("The store is closed.");
      }
      begun = true;
      Entry entry = new Entry(CONTESTED, Value.of("v"), new Revision(3));
      return new ScanPage(List.of(entry), range);
    }
  }

  @PostMapping("/test/bug")
  void bug() {
    throw new IllegalStateException("secret");
  }

  @PostMapping("/test/unknown-outcome")
  void unknownOutcome() {
    throw TransactionErrors.unknownOutcome(null);
  }

  @PostMapping("/test/stall")
  void stall() {
    throw StoreErrors.writeStall(256, 256, 4001);
  }

  @PostMapping("/test/io")
  void io() {
    throw StoreErrors.io("write", "the disk is gone.", null);
  }

  @PostMapping("/test/too-many")
  void tooMany() {
    throw TransactionErrors.tooManyTransactions(7);
  }
}
