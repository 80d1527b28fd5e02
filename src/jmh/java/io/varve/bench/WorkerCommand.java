package io.varve.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import picocli.CommandLine;

/**
 * A worker: does what its standard input says, one command a line, and answers on its standard
 * output. It ends when its input does, in the middle of a command too: nobody waits for it then.
 */
@CommandLine.Command(name = "worker", hidden = true)
final class WorkerCommand implements Callable<Integer> {
  private static final int INPUT_ENDED = 3;

  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  @Override
  public Integer call() throws Exception {
    ParentDeath.killsThisProcess();
    // Whatever else prints must not come between the answers.
    PrintStream answers = System.out;
    System.setOut(System.err);
    Thread.ofPlatform().name("bench-commands").daemon().start(this::read);
    Duties duties = new Duties();
    while (true) {
      Command command = Json.LINES.readValue(lines.take(), Command.class);
      answers.println(Json.LINES.writeValueAsString(perform(duties, command)));
      answers.flush();
    }
  }

  private static Answer perform(Duties duties, Command command) {
    try {
      Object result = duties.perform(command);
      return new Answer(Json.LINES.valueToTree(result), null);
    } catch (Exception | Error e) {
      e.printStackTrace();
      return new Answer(null, e.toString());
    }
  }

  private void read() {
    try (BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      input.lines().forEach(lines::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      Runtime.getRuntime().halt(INPUT_ENDED);
    }
  }
}
