package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A document with commands and what they print, as somebody sees them who types them in.
 *
 * <p>A command is a line of a code block that begins with {@code $ }, and goes on where it ends in
 * a backslash; what follows, up to the next command or the end of the block, is what it prints. All
 * commands of a document run in one shell, one after the other.
 */
final class ShellDocument {
  private static final String PROMPT = "$ ";
  private static final String FENCE = "```";
  private static final String MARK = "<<<<the end of command>>>>";
  private static final String ADDRESS = "localhost:8080";
  private static final long TIMEOUT_SECONDS = 120;

  private final List<Part> parts = new ArrayList<>();

  /** A stretch of the document; a command has what it prints, other text has neither. */
  private sealed interface Part {}

  private record Text(String line) implements Part {}

  private record Example(String command, String printed) implements Part {}

  private ShellDocument() {}

  /** Where tests are run for real, a missing program is an error and no excuse. */
  static void requireShell() throws IOException {
    for (String program : new String[] {"bash", "curl"}) {
      boolean isThere =
          Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
              .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
      if (System.getenv("CI") == null) {
        assumeTrue(isThere, program + " is not installed: the examples cannot be run");
      }
      assertThat(isThere).as(program + " is installed").isTrue();
    }
  }

  static ShellDocument read(Path file) throws IOException {
    ShellDocument document = new ShellDocument();
    List<String> lines = Files.readAllLines(file);
    boolean inBlock = false;
    int i = 0;
    while (i < lines.size()) {
      String line = lines.get(i);
      if (line.startsWith(FENCE)) {
        inBlock = !inBlock;
      }
      if (inBlock && line.startsWith(PROMPT)) {
        i = document.addExample(lines, i);
      } else {
        document.parts.add(new Text(line));
        i++;
      }
    }
    return document;
  }

  private int addExample(List<String> lines, int start) {
    StringBuilder command = new StringBuilder(lines.get(start));
    int i = start + 1;
    while (lines.get(i - 1).endsWith("\\")) {
      command.append('\n').append(lines.get(i++));
    }
    List<String> printed = new ArrayList<>();
    while (!lines.get(i).startsWith(FENCE) && !lines.get(i).startsWith(PROMPT)) {
      printed.add(lines.get(i++));
    }
    parts.add(new Example(command.toString(), String.join("\n", printed)));
    return i;
  }

  /** The same document with other commands; the text and what is printed stay. */
  ShellDocument withCommands(UnaryOperator<String> edit) {
    ShellDocument edited = new ShellDocument();
    for (Part part : parts) {
      edited.parts.add(
          switch (part) {
            case Text text -> text;
            case Example(String command, String printed) ->
                new Example(edit.apply(command), printed);
          });
    }
    return edited;
  }

  private List<Example> examples() {
    return parts.stream().filter(Example.class::isInstance).map(Example.class::cast).toList();
  }

  /** How many commands there are. */
  int size() {
    return examples().size();
  }

  /** The same document with what the commands print when the server is at {@code port}. */
  ShellDocument run(int port) throws IOException, InterruptedException {
    return run(port, "");
  }

  /**
   * The same.
   *
   * @param prologue run in the shell before the first command
   */
  ShellDocument run(int port, String prologue) throws IOException, InterruptedException {
    StringBuilder script =
        new StringBuilder("exec 2>&1\ncurl() { command curl -sS \"$@\"; }\n" + prologue + "\n");
    for (Example example : examples()) {
      script
          .append(
              example.command().substring(PROMPT.length()).replace(ADDRESS, "127.0.0.1:" + port))
          .append("\nprintf '\\n%s\\n' '")
          .append(MARK)
          .append("'\n");
    }
    String[] printed = shell(script.toString()).split("\n" + MARK + "\n", -1);
    assertThat(printed).as("every command ends").hasSize(size() + 1);
    ShellDocument run = new ShellDocument();
    int next = 0;
    for (Part part : parts) {
      switch (part) {
        case Text text -> run.parts.add(text);
        case Example example ->
            run.parts.add(new Example(example.command(), tidy(printed[next++])));
      }
    }
    return run;
  }

  private static String tidy(String printed) {
    return printed.replace("\r", "").stripTrailing();
  }

  private static String shell(String script) throws IOException, InterruptedException {
    Process shell = new ProcessBuilder("bash", "-s").redirectErrorStream(true).start();
    try {
      shell.getOutputStream().write(script.getBytes(StandardCharsets.UTF_8));
      shell.getOutputStream().close();
      String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(shell.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
      return printed;
    } finally {
      shell.destroyForcibly();
    }
  }

  void write(Path file) throws IOException {
    StringBuilder all = new StringBuilder();
    for (Part part : parts) {
      switch (part) {
        case Text text -> all.append(text.line()).append('\n');
        case Example example -> {
          all.append(example.command()).append('\n');
          if (!example.printed().isEmpty()) {
            all.append(example.printed()).append('\n');
          }
        }
      }
    }
    Files.writeString(file, all);
  }

  /** Each command with what it prints, apart from what differs from run to run. */
  List<String> comparable() {
    return examples().stream()
        .map(example -> example.command() + "\n" + comparable(example.printed()))
        .toList();
  }

  private static String comparable(String printed) {
    return printed
        .replaceAll("(?m)^Date: .*$", "Date: …")
        .replaceAll("\\b[0-9a-f]{64}\\b", "<hash>")
        .replaceAll("\\b\\d{8}T\\d{6}Z-r\\d+\\b", "<checkpoint>")
        .replaceAll("(\"engineVersion\":\")[^\"]+", "$1<version>")
        .replaceAll("\\b[0-9a-f]{32}\\b", "<id>")
        .replaceAll("\\b[0-9a-f]{16}\\b", "<store>")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "<time>")
        .replaceAll("(\"nextPageToken\":\")[^\"]+", "$1<token>")
        .replaceAll(
            "(\"(?:opsPerSecond|averageOpsPerSecond|bestOpsPerSecond|rsd|lastDurationMs"
                + "|uptimeSeconds|sstBytes|diskFreeBytes|bytesInFlight|overlayBytes|bytes|seconds"
                + "|expectedBytes|durationMs|ceiling|files|windowSeconds|perSecond|committedPerSecond"
                + "|p50Ms|p90Ms|p99Ms|lastBytes)\":)[0-9.Ee+-]+",
            "$1<n>");
  }
}
