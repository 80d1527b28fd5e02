package io.varve.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.varve.model.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Kills a store in the middle of its work and counts what it holds afterwards. Each thread has one
 * commit under way at most, so the sum is what was acknowledged, and at most one a thread more.
 *
 * <p>This shows that an acknowledged commit survives the end of its process. That it survives the
 * end of the machine as well, only a machine that loses its power can show.
 */
final class DurabilityCheck {
  private static final KeyChoice KEYS = new KeyChoice(10_000, false);
  private static final long RUN_MS = 2000;

  private DurabilityCheck() {}

  /**
   * What came of it.
   *
   * @param acknowledged increments that a thread was told of
   * @param found increments that the store holds after it was opened again
   */
  record Result(String system, int threads, long acknowledged, long found) {
    @JsonProperty
    boolean passed() {
      return found >= acknowledged && found <= acknowledged + threads && acknowledged > 0;
    }

    @Override
    public String toString() {
      return "%-14s %s: %,d increments acknowledged by %d threads, %,d found after the kill"
          .formatted(system, passed() ? "passed" : "FAILED", acknowledged, threads, found);
    }
  }

  static Result run(
      ContenderKind kind, int threads, List<String> jvmOptions, RunDirectory directory)
      throws IOException, InterruptedException {
    Path ledgerFile = directory.next();
    Path store = directory.next();
    var open = new Command.Open(kind, store, Durability.SYNC_ON_COMMIT);
    try (WorkerProcess worker = WorkerProcess.start(jvmOptions, Freezer.none())) {
      worker.ask(open, Answer.Opened.class);
      worker.ask(new Command.Load(0, KEYS.keys()), Answer.Done.class);
      var increment = new Command.IncrementUntilKilled(KEYS, threads, ledgerFile);
      worker.ask(increment, Answer.Done.class);
      Thread.sleep(RUN_MS);
      worker.kill();
    }
    long acknowledged = Ledger.open(ledgerFile, threads).sum();
    try (WorkerProcess worker = WorkerProcess.start(jvmOptions, Freezer.none())) {
      worker.ask(open, Answer.Opened.class);
      Answer.Total found = worker.ask(new Command.Sum(KEYS.keys()), Answer.Total.class);
      return new Result(kind.label, threads, acknowledged, found.sum());
    } finally {
      RunDirectory.delete(store);
    }
  }
}
