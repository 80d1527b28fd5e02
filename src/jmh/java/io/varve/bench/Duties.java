package io.varve.bench;

import io.varve.model.Durability;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What a worker does. Used by one thread. */
final class Duties {
  private @Nullable Contender contender;

  /** Increments that the open store has acknowledged. */
  private long acknowledged;

  Object perform(Command command) throws Exception {
    return switch (command) {
      case Command.Open open -> open(open);
      case Command.Load load -> {
        open().load(load.from(), load.to());
        yield new Answer.Done();
      }
      case Command.Increment increment -> increment(increment);
      case Command.IncrementUntilKilled increment -> {
        incrementUntilKilled(increment);
        yield new Answer.Done();
      }
      case Command.Bulk bulk -> bulk(bulk);
      case Command.Sum sum -> new Answer.Total(open().sum(sum.keys()));
      case Command.Figures _ -> figures();
      case Command.Close _ -> {
        open().close();
        contender = null;
        yield new Answer.Done();
      }
      case Command.FillLog fill -> {
        OpeningTime.fill(fill);
        yield new Answer.Done();
      }
      case Command.TimeOpening opening -> OpeningTime.measure(opening.directory());
    };
  }

  private Contender open() {
    return Objects.requireNonNull(contender, "no store is open");
  }

  private Answer.Opened open(Command.Open command) throws Exception {
    Contender opened = open(command.kind(), command.directory(), command.durability());
    contender = opened;
    acknowledged = 0;
    long heap = Runtime.getRuntime().maxMemory();
    return new Answer.Opened(opened.settings(), heap + opened.nativeBudgetBytes());
  }

  private static Contender open(ContenderKind kind, Path directory, Durability durability)
      throws Exception {
    Files.createDirectories(directory);
    return kind.open(directory, durability);
  }

  /** A benchmark of a store that loses increments, or makes them up, is none. */
  private Round increment(Command.Increment command) throws Exception {
    Contender store = open();
    Increments.Result result =
        Increments.run(store, command.keys(), command.threads(), command.seconds(), command.seed());
    acknowledged += result.committed();
    long sum = store.sum(command.keys().keys());
    if (sum != acknowledged) {
      throw new IllegalStateException(
          "the store holds " + sum + " increments of " + acknowledged + " that it acknowledged");
    }
    return result.round();
  }

  private void incrementUntilKilled(Command.IncrementUntilKilled command) throws IOException {
    Contender store = open();
    Ledger ledger = Ledger.open(command.ledger(), command.threads());
    for (int i = 0; i < command.threads(); i++) {
      int thread = i;
      SplittableRandom random = new SplittableRandom(thread);
      Thread.ofPlatform()
          .name("bench-worker")
          .daemon()
          .start(
              () -> {
                try {
                  for (long done = 1; ; done++) {
                    store.increment(command.keys().next(random));
                    ledger.note(thread, done);
                  }
                } catch (Exception e) {
                  throw new IllegalStateException("a transaction failed", e);
                }
              });
    }
  }

  private static Round bulk(Command.Bulk command) throws Exception {
    BulkTime total = BulkTime.ZERO;
    do {
      total = total.plus(bulkOnce(command));
      RunDirectory.delete(command.directory());
    } while (total.flushedNanos() < command.seconds() * 1_000_000_000L);
    return Round.ofBulk(total.stores() * command.entries(), total);
  }

  private static BulkTime bulkOnce(Command.Bulk command) throws Exception {
    IntFunction<byte[]> keys = command.load() ? Data::key : Data::orderedKey;
    try (Contender store = open(command.kind(), command.directory(), command.durability())) {
      long started = System.nanoTime();
      store.bulk(command.entries(), keys);
      long acknowledged = System.nanoTime();
      store.flush();
      if (command.load()) {
        store.settle();
      }
      return new BulkTime(1, acknowledged - started, System.nanoTime() - started);
    }
  }

  private Answer.Figures figures() throws Exception {
    System.gc();
    long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new Answer.Figures(used, open().upkeep());
  }
}
