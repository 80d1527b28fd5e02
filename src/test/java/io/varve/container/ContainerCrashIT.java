package io.varve.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.client.RetryPolicy;
import io.varve.client.VarveClient;
import io.varve.client.VarveException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A container that is killed and started anew on its volume has lost nothing. */
@ContainerTest
final class ContainerCrashIT {
  private static final int WRITERS = 8;
  private static final int ROUNDS = 2;
  private static final int WRITES_BEFORE_A_KILL = 1_500;

  private final DataVolume volume = DataVolume.create();

  /** What was acknowledged, by key. */
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

  @AfterEach
  void removeVolume() {
    volume.close();
  }

  @Test
  void killInTheMiddleOfWrites_losesNothing() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      writeUntilKilled(round);
      try (VarveContainer varve = VarveContainer.start(volume);
          VarveClient client = VarveClient.connect(varve.uri())) {
        Map<String, String> found = new ConcurrentHashMap<>();
        for (String key : acknowledged.keySet()) {
          client.get(key).ifPresent(entry -> found.put(key, entry.text()));
        }
        assertThat(found).containsExactlyInAnyOrderEntriesOf(acknowledged);
        assertThat(varve.log()).doesNotContain(" ERROR ");
      }
    }
  }

  private void writeUntilKilled(int round) throws Exception {
    int before = acknowledged.size();
    try (VarveContainer varve = VarveContainer.start(volume);
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        String prefix = "round-" + round + "/writer-" + writer + "/";
        writers.add(executor.submit(() -> write(varve, prefix)));
      }
      await()
          .atMost(VarveContainer.PATIENCE)
          .pollInterval(Duration.ofMillis(1))
          .failFast(() -> writers.stream().anyMatch(Future::isDone))
          .until(() -> acknowledged.size() >= before + WRITES_BEFORE_A_KILL);
      varve.kill();
      for (Future<?> writer : writers) {
        writer.get();
      }
      assertThat(varve.state().getExitCodeLong()).as("killed, not stopped").isEqualTo(137);
    }
  }

  /** Writes until nobody answers any more; what the last call came to is not known. */
  private void write(VarveContainer varve, String prefix) {
    try (VarveClient client = VarveClient.builder(varve.uri()).retry(RetryPolicy.NONE).build()) {
      for (int i = 0; ; i++) {
        String value = "value " + i;
        client.put(prefix + i, value);
        acknowledged.put(prefix + i, value);
      }
    } catch (VarveException _) {
      // the container was killed
    }
  }
}
