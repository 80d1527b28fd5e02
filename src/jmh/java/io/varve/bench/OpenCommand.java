package io.varve.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** Measures how long a killed Varve store takes to open. */
@CommandLine.Command(
    name = "open",
    sortOptions = false,
    description = {
      "Measures how long a killed Varve store takes to open.",
      "",
      "Commits records of 64 bytes one by one, with the log on, kills the process and opens a copy"
          + " of the store in a new one. First with nothing flushed, then with everything."
    })
final class OpenCommand implements Callable<Integer> {
  private static final int OPENINGS = 3;

  @CommandLine.Mixin private RunOptions options;

  @CommandLine.Option(
      names = "--records",
      paramLabel = "N",
      defaultValue = "1000000",
      description = "Commits in the log. Default: ${DEFAULT-VALUE}.")
  private int records;

  @Override
  public Integer call() throws Exception {
    options.requirePositive("--records", records);
    options.requireWritableReport();
    RunDirectory directory = options.runDirectory();
    Machine machine = Machine.describe(directory);
    String started = RunOptions.now();
    List<OpeningTime> unflushed = measure(directory, false);
    List<OpeningTime> flushed = measure(directory, true);
    options.write(
        new OpenReport(
            started,
            options.commandLine(),
            machine,
            options.jvmOptions(),
            records,
            unflushed,
            flushed));
    return 0;
  }

  private List<OpeningTime> measure(RunDirectory directory, boolean flushed)
      throws IOException, InterruptedException {
    Path store = directory.next();
    try (WorkerProcess worker = WorkerProcess.start(options.jvmOptions(), Freezer.none())) {
      worker.ask(new Command.FillLog(store, records, flushed), Answer.Done.class);
      worker.kill();
    }
    System.out.printf(
        Locale.ROOT, "%n%,d records, %s%n", records, flushed ? "all flushed" : "none flushed");
    List<OpeningTime> times = new ArrayList<>();
    for (int i = 0; i < OPENINGS; i++) {
      times.add(openCopy(directory, store));
    }
    RunDirectory.delete(store);
    return times;
  }

  /** A copy, since opening a store changes it. */
  private OpeningTime openCopy(RunDirectory directory, Path store)
      throws IOException, InterruptedException {
    Path copy = directory.next();
    RunDirectory.copy(store, copy);
    try (WorkerProcess worker = WorkerProcess.start(options.jvmOptions(), Freezer.none())) {
      OpeningTime time = worker.ask(new Command.TimeOpening(copy), OpeningTime.class);
      worker.kill();
      if (time.revision() < records) {
        throw new IllegalStateException(
            "the store came back at revision " + time.revision() + " of " + records);
      }
      System.out.printf(
          Locale.ROOT,
          "  %,8.0f ms: RocksDB %,.0f ms, replay %,.0f ms%n",
          time.engineMillis() + time.storeMillis(),
          time.engineMillis(),
          time.storeMillis());
      return time;
    } finally {
      RunDirectory.delete(copy);
    }
  }
}
