package io.varve.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.txn.CommitPhase;
import io.varve.txn.SlowTransactions;
import io.varve.txn.TransactionEnd;
import io.varve.txn.TransactionOutcome;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Tests for {@link SlowTransactionLog}. */
@ExtendWith(OutputCaptureExtension.class)
final class SlowTransactionLogTest {
  private final AtomicLong nanos = new AtomicLong();
  private final SlowTransactionLog slow =
      new SlowTransactionLog(Duration.ofMillis(100), nanos::get);

  @Test
  void quickOne_isNotLogged(CapturedOutput output) {
    slow.note(SlowTransactions.end(TransactionOutcome.COMMITTED, Duration.ofMillis(99), Map.of()));
    assertThat(slow.count()).isZero();
    assertThat(output).doesNotContain("Slow transaction");
  }

  @Test
  void slowOne_isLoggedWithItsPhases(CapturedOutput output) {
    slow.note(
        SlowTransactions.end(
            TransactionOutcome.COMMITTED,
            Duration.ofMillis(250),
            Map.of(
                CommitPhase.VALIDATE, Duration.ofMillis(3),
                CommitPhase.WAL, Duration.ofMillis(200))));
    assertThat(output)
        .contains(
            "Slow transaction 0a1b \"import\": COMMITTED after 250.0 ms, 7 operations; open 47.0"
                + " ms, validate 3.0 ms, wal 200.0 ms.");
    assertThat(slow.count()).isEqualTo(1);
  }

  @Test
  void label_cannotWriteLinesOfItsOwn(CapturedOutput output) {
    TransactionEnd end =
        SlowTransactions.end(
            "a\nERROR forged\u2028\u001b[31m\"",
            TransactionOutcome.COMMITTED,
            Duration.ofSeconds(1),
            Map.of());
    slow.note(end);
    assertThat(output).contains("Slow transaction 0a1b \"a?ERROR forged??[31m?\": COMMITTED");
  }

  @Test
  void flood_isCountedAndNotLogged(CapturedOutput output) {
    for (int i = 0; i < SlowTransactionLog.MAX_PER_SECOND + 5; i++) {
      slow.note(SlowTransactions.end(TransactionOutcome.ABORTED, Duration.ofSeconds(1), Map.of()));
    }
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    slow.note(SlowTransactions.end(TransactionOutcome.ABORTED, Duration.ofSeconds(1), Map.of()));
    assertThat(output.getAll().lines().filter(line -> line.contains("Slow transaction")))
        .hasSize(SlowTransactionLog.MAX_PER_SECOND + 1);
    assertThat(output).contains("5 more were slow and are not logged.");
    assertThat(slow.count()).isEqualTo(SlowTransactionLog.MAX_PER_SECOND + 6);
  }

  @Test
  void thresholdOfZero_logsNothing(CapturedOutput output) {
    SlowTransactionLog off = new SlowTransactionLog(Duration.ZERO, nanos::get);
    off.note(SlowTransactions.end(TransactionOutcome.ABORTED, Duration.ofDays(1), Map.of()));
    assertThat(off.count()).isZero();
    assertThat(output).doesNotContain("Slow transaction");
  }
}
