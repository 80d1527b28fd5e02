package io.varve.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.client.BulkResult;
import io.varve.client.Operation;
import io.varve.client.Scan;
import io.varve.client.VarveClient;
import io.varve.client.VarveEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** 512 MiB are enough for any load: more than fits waits or is refused, and nothing is killed. */
@ContainerTest
final class ContainerMemoryIT {
  private static final Logger log = LoggerFactory.getLogger(ContainerMemoryIT.class);
  private static final int LOADERS = 3;
  private static final int LOADED = 25_000;
  private static final int LOADED_BYTES = 2_000;
  private static final int WRITERS = 8;
  private static final int WRITTEN = 400;
  private static final int WRITTEN_BYTES = 20_000;
  private static final int READERS = 2;

  private final DataVolume volume = DataVolume.create();

  @AfterEach
  void removeVolume() {
    volume.close();
  }

  @Test
  void limit_holdsUnderLoad() throws Exception {
    try (VarveContainer varve = VarveContainer.start(volume);
        VarveClient client = VarveClient.connect(varve.uri())) {
      try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<?>> work = new ArrayList<>();
        for (int i = 0; i < LOADERS; i++) {
          int loader = i;
          work.add(executor.submit(() -> load(client, loader)));
        }
        for (int i = 0; i < WRITERS; i++) {
          int writer = i;
          work.add(executor.submit(() -> write(client, writer)));
        }
        for (int i = 0; i < READERS; i++) {
          work.add(executor.submit(() -> read(client)));
        }
        for (Future<?> each : work) {
          each.get(5, TimeUnit.MINUTES);
        }
      }
      assertThat(varve.isRunning()).isTrue();
      assertThat(varve.state().getOOMKilled()).isFalse();
      log.info("After the load: {}", varve.run("grep", "-E", "VmHWM|VmRSS", "/proc/1/status"));
      try (Stream<VarveEntry> entries = client.scanAll(Scan.prefix("load/"))) {
        assertThat(entries.mapToLong(entry -> entry.text().length()).sum())
            .isEqualTo((long) LOADERS * LOADED * LOADED_BYTES);
      }
      try (Stream<VarveEntry> entries = client.scanAll(Scan.prefix("write/"))) {
        assertThat(entries.count()).isEqualTo((long) WRITERS * WRITTEN);
      }
      assertThat(varve.log()).doesNotContain(" ERROR ", "OutOfMemoryError");
    }
  }

  private static void load(VarveClient client, int loader) {
    Random random = new Random(loader);
    BulkResult result =
        client.bulkLoad(
            IntStream.range(0, LOADED)
                .mapToObj(
                    i -> Operation.put("load/" + loader + "/" + i, text(random, LOADED_BYTES))));
    assertThat(result.operations()).isEqualTo(LOADED);
  }

  private static void write(VarveClient client, int writer) {
    Random random = new Random(100 + writer);
    for (int i = 0; i < WRITTEN; i++) {
      client.put("write/" + writer + "/" + i, text(random, WRITTEN_BYTES));
    }
  }

  /** Whatever is there, again and again, as a dashboard or a cache would. */
  private static void read(VarveClient client) {
    for (int i = 0; i < 20; i++) {
      try (Stream<VarveEntry> entries = client.scan(Scan.all())) {
        assertThat(entries.limit(5_000).count()).isNotNegative();
      }
    }
  }

  /** Letters in no order, so that compression is of little use. */
  private static String text(Random random, int length) {
    return random
        .ints(length, 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
