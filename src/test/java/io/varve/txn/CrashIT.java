package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.StoreState;
import io.varve.model.Value;
import io.varve.storage.rocksdb.NoLeaks;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Kills a process that writes, flushes and prunes, again and again on the same store, and checks
 * after each kill what a fresh process finds: every acknowledged commit, or, with the log off, the
 * state of exactly one revision.
 */
@ExtendWith(NoLeaks.class)
final class CrashIT {
  private static final int KILLS = 12;

  /** What a process had reported when it ended. */
  private static final class Report {
    private final Map<Long, Key> acknowledged = new TreeMap<>();
    private long visibleAtOpen = -1;
    private long durable;
    private String lastMark = "";

    void line(String line, int life) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "open" -> visibleAtOpen = Long.parseLong(words[1]);
        case "durable" -> durable = Long.parseLong(words[1]);
        case "flush", "prune" -> lastMark = words[0] + " " + words[1];
        case "ack" -> {
          Key own =
              CrashedProcess.own(life, Integer.parseInt(words[2]), Integer.parseInt(words[3]));
          assertThat(acknowledged.put(Long.parseLong(words[1]), own))
              .as("another commit with revision %s", words[1])
              .isNull();
        }
        default -> throw new AssertionError("The process says: " + line);
      }
    }
  }

  @TempDir Path temporary;

  /** Every revision ever reported, over all lives. */
  private final Set<Long> reported = new HashSet<>();

  private long highestReported;

  /** What was found after the last kill: it must never go again. */
  private Map<Key, Entry> survivors = new HashMap<>();

  private int killedInFlush;
  private int killedInPrune;

  @ParameterizedTest
  @EnumSource
  @Timeout(value = 120, unit = TimeUnit.SECONDS)
  void killedProcess_losesOnlyWhatItsDurabilityAllows(Durability durability) throws Exception {
    Path directory = Files.createDirectories(temporary.resolve("store"));
    Random random = new Random(durability.name().hashCode());
    for (int life = 0; life < KILLS; life++) {
      String awaited = awaited(life);
      Report report = runAndKill(directory, durability, life, awaited, 5 + random.nextInt(800));
      killedInFlush += report.lastMark.equals("flush begin") ? 1 : 0;
      killedInPrune += report.lastMark.equals("prune begin") ? 1 : 0;
      checkRevisions(report);
      Path copy = temporary.resolve("copy");
      StoreFiles.copyAsKilled(directory, copy);
      checkState(copy, durability, life, report);
    }
    assertThat(killedInFlush).as("kills inside a flush").isPositive();
    assertThat(killedInPrune).as("kills inside a prune").isPositive();
  }

  /** The mark after which a life ends: none, the beginning of a flush, or that of a prune. */
  private static String awaited(int life) {
    return switch (life % 3) {
      case 0 -> "ack";
      case 1 -> "flush begin";
      default -> "prune begin";
    };
  }

  /** Ends the process at the first such mark after a number of acknowledgements. */
  private Report runAndKill(
      Path directory, Durability durability, int life, String mark, int acknowledgements)
      throws Exception {
    Path errors = temporary.resolve("errors.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx192m",
                "-cp",
                System.getProperty("java.class.path"),
                CrashedProcess.class.getName(),
                directory.toString(),
                durability.name(),
                Integer.toString(life))
            .redirectError(errors.toFile())
            .start();
    Report report = new Report();
    try (BufferedReader lines = process.inputReader(StandardCharsets.US_ASCII)) {
      boolean killed = false;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (isWhole(line)) {
          report.line(line, life);
        }
        if (!killed && report.acknowledged.size() >= acknowledgements && line.startsWith(mark)) {
          process.toHandle().destroyForcibly(); // and reads on: what was reported before counts
          killed = true;
        }
      }
      assertThat(killed).as("ended by itself: %s", Files.readString(errors)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    return report;
  }

  /** The last line may be cut off; then it was not reported. */
  private static boolean isWhole(String line) {
    return line.endsWith(" .");
  }

  private void checkRevisions(Report report) {
    assertThat(report.acknowledged).isNotEmpty();
    for (long revision : report.acknowledged.keySet()) {
      assertThat(revision)
          .as("a revision above all of earlier lives")
          .isGreaterThan(highestReported);
      assertThat(reported.add(revision)).as("revision %d is new", revision).isTrue();
    }
    for (long revision : report.acknowledged.keySet()) {
      highestReported = Math.max(highestReported, revision);
    }
  }

  private void checkState(Path copy, Durability durability, int life, Report report)
      throws IOException {
    try (TestManager store = TestManager.open(copy, TestManager.smallSettings(copy, durability))) {
      assertThat(store.manager().status().state()).isEqualTo(StoreState.OPEN);
      long recovered = store.manager().visible().value();
      Map<Key, Entry> found = everything(store);
      assertThat(recovered).as("recovered").isGreaterThanOrEqualTo(report.durable);
      assertThat(report.visibleAtOpen).isLessThanOrEqualTo(recovered);
      report.acknowledged.forEach(
          (revision, key) -> {
            if (revision <= recovered) {
              Entry entry = found.get(key);
              assertThat(entry).as("commit %d", revision).isNotNull();
              assertThat(entry.revision().value()).isEqualTo(revision);
            } else {
              assertThat(durability)
                  .as("commit %d was acknowledged, and %d recovered", revision, recovered)
                  .isEqualTo(Durability.FLUSH_ONLY);
              assertThat(found).as("commit %d", revision).doesNotContainKey(key);
            }
          });
      survivors.forEach((key, entry) -> assertThat(found.get(key)).isEqualTo(entry));
      checkTransactionsAreWhole(found, life);
      survivors = found;
      survivors.keySet().removeIf(key -> !key.startsWith(Key.of("own/")));
    }
  }

  private static Map<Key, Entry> everything(TestManager store) {
    return store
        .manager()
        .read(
            ReadPoint.LATEST,
            view -> {
              Map<Key, Entry> found = new HashMap<>();
              KeyRange rest = KeyRange.ALL;
              while (rest != null) {
                ScanPage page = view.scan(rest, ScanOptions.first(500));
                page.entries().forEach(entry -> found.put(entry.key(), entry));
                rest = page.rest();
              }
              return found;
            });
  }

  /**
   * Of each thread there are the transactions up to one, in the order they were made, and the two
   * keys that each overwrites are of the last.
   */
  private static void checkTransactionsAreWhole(Map<Key, Entry> found, int life) {
    for (int thread = 0; thread < CrashedProcess.WRITERS; thread++) {
      Entry newest = null;
      int count = 0;
      for (Entry entry = own(found, life, thread, 0);
          entry != null;
          entry = own(found, life, thread, count)) {
        assertThat(entry.value()).isEqualTo(CrashedProcess.token(life, thread, count));
        if (newest != null) {
          assertThat(entry.revision()).isGreaterThan(newest.revision());
        }
        newest = entry;
        count++;
      }
      Key prefix = Key.of("own/" + life + "/" + thread + "/");
      assertThat(found.keySet().stream().filter(key -> key.startsWith(prefix)))
          .as("transactions of thread %d, without a hole", thread)
          .hasSize(count);
      if (newest != null) {
        Value token = newest.value();
        assertThat(found.get(CrashedProcess.first(thread)))
            .isEqualTo(new Entry(CrashedProcess.first(thread), token, newest.revision()));
        assertThat(found.get(CrashedProcess.last(thread)))
            .isEqualTo(new Entry(CrashedProcess.last(thread), token, newest.revision()));
      }
    }
  }

  private static @Nullable Entry own(Map<Key, Entry> found, int life, int thread, int number) {
    return found.get(CrashedProcess.own(life, thread, number));
  }
}
