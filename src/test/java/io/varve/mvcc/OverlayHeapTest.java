package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Key;
import io.varve.model.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares {@link OverlayGeneration#estimateBytes} with the heap that versions really take, in a
 * process of its own, where nothing else fills the heap. The bounds are wide: the estimate must be
 * good enough to keep a container within its memory, not exact.
 */
@Timeout(120)
final class OverlayHeapTest {
  private static final int VERSIONS = 200_000;
  private static final String RESULT = "bytes per version: ";

  @ParameterizedTest
  @CsvSource({
    // keys, value bytes, writes of a commit
    "200000, 256, 1000",
    "200000, 64, 10",
    "200000, 16, 1",
    "1000, 64, 1",
    "1000, 64, 100"
  })
  void estimateBytes_againstTheHeap(int keys, int valueBytes, int writes) throws Exception {
    long measured = measure(keys, valueBytes, writes);
    long estimated =
        OverlayGeneration.estimateBytes(new Write(key(0), Value.copyOf(new byte[valueBytes])));

    assertThat((double) measured / estimated)
        .as("%d bytes measured, %d estimated, a version", measured, estimated)
        .isBetween(0.7, 1.5);
  }

  private static long measure(int keys, int valueBytes, int writes)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Probe.class.getName(),
            Integer.toString(keys),
            Integer.toString(valueBytes),
            Integer.toString(writes));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output
        .lines()
        .filter(line -> line.startsWith(RESULT))
        .map(line -> Long.parseLong(line.substring(RESULT.length())))
        .findFirst()
        .orElseThrow(() -> new AssertionError(output));
  }

  private static Key key(int number) {
    return Key.of(String.format(Locale.ROOT, "key-%012d", number));
  }

  /** Fills an overlay and prints what it takes. */
  static final class Probe {
    private Probe() {}

    @SuppressWarnings("SystemOut") // its parent reads it
    public static void main(String[] args) {
      int keys = Integer.parseInt(args[0]);
      int valueBytes = Integer.parseInt(args[1]);
      int writes = Integer.parseInt(args[2]);
      fill(keys, valueBytes, writes, 1_000); // classes and code
      long before = usedHeap();
      OverlayGeneration generation = fill(keys, valueBytes, writes, VERSIONS);
      long after = usedHeap();
      System.out.println(RESULT + (after - before) / generation.versions());
    }

    private static OverlayGeneration fill(int keys, int valueBytes, int writes, int versions) {
      OverlayGeneration generation = new OverlayGeneration();
      for (int done = 0, revision = 1; done < versions; done += writes, revision++) {
        List<Write> commit = new ArrayList<>(writes);
        for (int w = 0; w < writes; w++) {
          commit.add(new Write(key((done + w) % keys), Value.copyOf(new byte[valueBytes])));
        }
        generation.apply(
            new Commit(revision, revision - 1, revision, null, null, List.copyOf(commit)));
      }
      generation.runs();
      return generation;
    }

    private static long usedHeap() {
      return Stream.generate(
              () -> {
                System.gc();
                return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
              })
          .limit(4)
          .min(Long::compare)
          .orElseThrow();
    }
  }
}
