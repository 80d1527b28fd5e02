package io.varve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.client.OneShot;
import io.varve.client.Operation;
import io.varve.client.RetryPolicy;
import io.varve.client.VarveClient;
import io.varve.client.VarveException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client repeats until it is answered happens once, whatever is lost on the way. */
final class ExactlyOnceIT {
  private static final int CLIENTS = 16;
  private static final int INCREMENTS = 2_000;
  private static final int ONE_IN = 5;
  private static final int INTERACTIVE_ONE_IN = 12;
  private static final int KILLS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(100);
  private static final String COUNTER = "counter";
  private static final String ADD =
      "{\"success\":[{\"add\":{\"key\":\"" + COUNTER + "\",\"delta\":1}}]}";

  @TempDir private Path temp;

  /** Ways to add one to the counter, exactly once; each gives what it came to. */
  private interface Increments extends AutoCloseable {
    long inOneRequest(String name) throws Exception;

    long inTransaction(String name) throws Exception;

    @Override
    void close();
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = 42)
  @Timeout(value = 180, unit = TimeUnit.SECONDS)
  void increments_throughLostAnswersAndKills_areCounted(long seed) throws Exception {
    int port = ServerProcess.portThatStaysFree();
    ServerProcess server = start("server-0", port);
    Queue<Long> values = new ConcurrentLinkedQueue<>();
    List<Future<?>> clients = new ArrayList<>();
    try (DroppingProxy proxy = new DroppingProxy(port, ONE_IN, seed);
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        String name = "client-" + i;
        Increments increments =
            i % 2 == 0 ? new WithClient(proxy.port()) : new WithSocket(proxy.port());
        Random random = new Random(seed + i);
        clients.add(executor.submit(() -> increment(increments, name, random, values)));
      }
      for (int kill = 1; kill <= KILLS; kill++) {
        int when = killAt(kill, new Random(seed - kill));
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(1))
            .until(() -> values.size() >= when || clients.stream().anyMatch(Future::isDone));
        server.kill();
        assertThat(server.log()).doesNotContain(" ERROR ");
        server = start("server-" + kill, port);
      }
      for (Future<?> client : clients) {
        client.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
      assertThat(proxy.dropped()).isGreaterThan(proxy.answers() / ONE_IN / 2);
      assertThat(proxy.replayed()).isPositive();
      assertThat(server.api().get("/v1/kv/" + COUNTER).body()).isEqualTo("" + INCREMENTS);
      assertThat(values)
          .as("what each came to")
          .containsExactlyInAnyOrderElementsOf(
              LongStream.rangeClosed(1, INCREMENTS).boxed().toList());
      assertThat(server.log()).doesNotContain(" ERROR ");
    } finally {
      server.close();
    }
  }

  private static Void increment(
      Increments increments, String name, Random random, Queue<Long> values) throws Exception {
    try (increments) {
      for (int i = 0; i < INCREMENTS / CLIENTS; i++) {
        boolean isInteractive = random.nextInt(INTERACTIVE_ONE_IN) == 0;
        String each = name + "-" + i;
        values.add(isInteractive ? increments.inTransaction(each) : increments.inOneRequest(each));
      }
    }
    return null;
  }

  /** After how many increments; the last one falls among those that are the last. */
  private static int killAt(int kill, Random random) {
    int share = INCREMENTS / KILLS;
    return kill == KILLS
        ? INCREMENTS - CLIENTS - random.nextInt(CLIENTS)
        : (kill - 1) * share + share / 4 + random.nextInt(share / 2);
  }

  private ServerProcess start(String name, int port) throws IOException {
    return ServerProcess.start(temp, name, List.of("-Xmx256m"), "--server.port=" + port);
  }

  /** By the Java client, which repeats by itself. */
  private static final class WithClient implements Increments {
    private final VarveClient client;

    WithClient(int port) {
      client =
          VarveClient.builder(URI.create("http://127.0.0.1:" + port))
              .retry(
                  new RetryPolicy(
                      Integer.MAX_VALUE, Duration.ofMillis(5), Duration.ofMillis(100), PATIENCE))
              .build();
    }

    @Override
    public long inOneRequest(String name) {
      while (true) {
        try {
          return client.run(OneShot.of(Operation.add(COUNTER, 1)).labelled(name)).results().sum(0);
        } catch (VarveException e) {
          requireConflict(e); // the server has tried often enough
        }
      }
    }

    private static void requireConflict(VarveException failure) {
      if (!failure.code().equals("TRANSACTION_CONFLICT")) {
        throw failure;
      }
    }

    @Override
    public long inTransaction(String name) {
      return client.transact(
          transaction -> {
            long next =
                1 + transaction.get(COUNTER).map(entry -> Long.parseLong(entry.text())).orElse(0L);
            transaction.put(COUNTER, Long.toString(next));
            return next;
          });
    }

    @Override
    public void close() {
      client.close();
    }
  }

  /** By hand. */
  private static final class WithSocket implements Increments {
    private final StubbornClient client;

    WithSocket(int port) {
      client = new StubbornClient(port, PATIENCE);
    }

    @Override
    public long inOneRequest(String name) throws Exception {
      RawMessage answer;
      do {
        answer =
            client.send(
                "POST",
                "/v1/txn",
                ADD,
                "Content-Type: application/json",
                "Idempotency-Key: " + name);
      } while (answer.code().equals("TRANSACTION_CONFLICT"));
      assertThat(answer.status()).as("%s", answer).isEqualTo(200);
      return answer.json().at("/results/0/add/value").asLong();
    }

    /** Without a key: a commit can be repeated as it is. */
    @Override
    public long inTransaction(String name) throws Exception {
      while (true) {
        RawMessage begun = client.send("POST", "/v1/transactions", "");
        assertThat(begun.status()).as("%s", begun).isEqualTo(201);
        String transaction = begun.header("Location");
        RawMessage read = client.send("GET", transaction + "/kv/" + COUNTER, "");
        if (read.status() == 200 || read.code().equals("KEY_NOT_FOUND")) {
          long next = read.status() == 200 ? Long.parseLong(read.text()) + 1 : 1;
          RawMessage put = client.send("PUT", transaction + "/kv/" + COUNTER, "" + next);
          if (put.status() == 202
              && client.send("POST", transaction + "/commit", "").status() == 200) {
            return next;
          }
        }
      }
    }

    @Override
    public void close() {
      client.close();
    }
  }
}
