package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.Entry;
import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.StoreException;
import io.varve.model.Value;
import io.varve.storage.rocksdb.NoLeaks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many threads against one store that is flushed and pruned without a pause: what an isolation
 * forbids never happens. AnomalyTest has the same anomalies step by step.
 */
@ExtendWith(NoLeaks.class)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class IsolationTest {
  private static final int WRITERS = 8;
  private static final int ROUNDS = 150;
  private static final int ACCOUNTS = 40;
  private static final int INITIAL_BALANCE = 100;
  private static final long TOTAL = (long) ACCOUNTS * INITIAL_BALANCE;
  private static final KeyRange ALL_ACCOUNTS = KeyRange.prefix(Key.of("account-"));

  @TempDir Path directory;

  static List<Arguments> isolationsAndDurabilities() {
    List<Arguments> all = new ArrayList<>();
    for (Durability durability : Durability.values()) {
      all.add(Arguments.of(Isolation.SERIALIZABLE, durability));
      all.add(Arguments.of(Isolation.SNAPSHOT, durability));
    }
    return all;
  }

  private TestManager open(Durability durability) {
    return TestManager.openWithUpkeep(directory, TestManager.smallSettings(directory, durability));
  }

  /** Work of one thread; its number also seeds its chance. */
  private interface Work {
    void run(int thread, Random random) throws Exception;
  }

  private static void inThreads(int threads, Work work) throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        running.add(
            executor.submit(
                () -> {
                  work.run(thread, new Random(thread));
                  return null;
                }));
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
  }

  /** Runs a transaction until it commits. */
  private static <T> T untilCommitted(
      TestManager store, Isolation isolation, Function<WriteView, T> work) {
    while (true) {
      try {
        return store.manager().execute(TransactionOptions.DEFAULTS.with(isolation), work).result();
      } catch (StoreException e) {
        if (e.code() != ErrorCode.TRANSACTION_CONFLICT) {
          throw e;
        }
      }
    }
  }

  /** Lost update: increments of a few counters from all threads are all there. */
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("isolationsAndDurabilities")
  void incrementsAreNotLost(Isolation isolation, Durability durability) throws Exception {
    int counters = 3;
    try (TestManager store = open(durability)) {
      for (int i = 0; i < counters; i++) {
        store.put(Key.of("counter-" + i), "0");
      }
      inThreads(
          WRITERS,
          (thread, random) -> {
            for (int i = 0; i < ROUNDS; i++) {
              Key counter = Key.of("counter-" + random.nextInt(counters));
              boolean interactive = i % 3 == 0;
              if (interactive) {
                incrementInteractively(store, isolation, counter);
              } else {
                var _ = untilCommitted(store, isolation, view -> increment(view, counter));
              }
            }
          });
      long sum = 0;
      for (int i = 0; i < counters; i++) {
        Key counter = Key.of("counter-" + i);
        sum +=
            store.manager().read(ReadPoint.LATEST, view -> TestManager.number(view.get(counter)));
      }
      assertThat(sum).isEqualTo((long) WRITERS * ROUNDS);
    }
  }

  private static long increment(WriteView view, Key counter) {
    long next = TestManager.number(view.get(counter)) + 1;
    view.put(counter, Value.of(Long.toString(next)));
    return next;
  }

  private static void incrementInteractively(TestManager store, Isolation isolation, Key counter) {
    while (true) {
      try (Transaction transaction = store.begin(isolation)) {
        var _ = increment(transaction, counter);
        if (transaction.commit() instanceof CommitResult.Committed) {
          return;
        }
      }
    }
  }

  /** Bank: transfers never change the total, in any scan, at any moment. */
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("isolationsAndDurabilities")
  void transfersKeepTheTotal(Isolation isolation, Durability durability) throws Exception {
    AtomicInteger writing = new AtomicInteger(WRITERS);
    AtomicLong scans = new AtomicLong();
    try (TestManager store = open(durability)) {
      for (int i = 0; i < ACCOUNTS; i++) {
        store.put(account(i), Integer.toString(INITIAL_BALANCE));
      }
      inThreads(
          WRITERS + 2,
          (thread, random) -> {
            if (thread < WRITERS) {
              try {
                for (int i = 0; i < ROUNDS; i++) {
                  transfer(store, isolation, random);
                }
              } finally {
                writing.decrementAndGet();
              }
            } else {
              do {
                assertThat(total(store, random)).isEqualTo(TOTAL);
                scans.incrementAndGet();
              } while (writing.get() > 0);
            }
          });
      assertThat(total(store, new Random(0))).isEqualTo(TOTAL);
      assertThat(scans).hasPositiveValue();
    }
    try (TestManager reopened = open(durability)) {
      assertThat(total(reopened, new Random(1))).isEqualTo(TOTAL);
    }
  }

  private static Key account(int number) {
    return Key.of("account-" + number);
  }

  /** Empties an account now and then, so that keys come and go. */
  private static void transfer(TestManager store, Isolation isolation, Random random) {
    Key from = account(random.nextInt(ACCOUNTS));
    Key to = account(random.nextInt(ACCOUNTS));
    int share = random.nextInt(3);
    var _ =
        untilCommitted(
            store,
            isolation,
            view -> {
              long available = balance(view.get(from));
              long amount = share == 0 ? available : Math.min(available, share);
              set(view, from, available - amount);
              set(view, to, balance(view.get(to)) + amount);
              return "";
            });
  }

  private static long balance(@Nullable Entry entry) {
    return entry == null ? 0 : TestManager.number(entry);
  }

  private static void set(WriteView view, Key key, long balance) {
    if (balance == 0) {
      view.delete(key);
    } else {
      view.put(key, Value.of(Long.toString(balance)));
    }
  }

  /** The sum of all accounts, of pages in one read or one transaction, up or down. */
  private static long total(TestManager store, Random random) {
    boolean reverse = random.nextBoolean();
    int limit = 1 + random.nextInt(20);
    if (random.nextBoolean()) {
      try (Transaction transaction = store.begin(Isolation.READ_ONLY)) {
        return sum(transaction, limit, reverse);
      }
    }
    return store.manager().read(ReadPoint.LATEST, view -> sum(view, limit, reverse));
  }

  private static long sum(ReadView view, int limit, boolean reverse) {
    long sum = 0;
    KeyRange rest = ALL_ACCOUNTS;
    while (rest != null) {
      ScanPage page = view.scan(rest, new ScanOptions(limit, Long.MAX_VALUE, reverse));
      for (Entry entry : page.entries()) {
        sum += TestManager.number(entry);
      }
      rest = page.rest();
    }
    return sum;
  }

  /**
   * Write skew and phantoms: on-call doctors. Each transaction counts who is on call by a scan and
   * leaves only if another stays, or joins by adding a key. At least one is always on call.
   */
  @ParameterizedTest
  @EnumSource
  void somebodyIsAlwaysOnCall(Durability durability) throws Exception {
    KeyRange doctors = KeyRange.prefix(Key.of("on-call-"));
    AtomicLong left = new AtomicLong();
    try (TestManager store = open(durability)) {
      store.put(Key.of("on-call-0"), "yes");
      store.put(Key.of("on-call-1"), "yes");
      inThreads(
          WRITERS,
          (thread, random) -> {
            Key self = Key.of("on-call-" + thread);
            for (int i = 0; i < ROUNDS; i++) {
              boolean leaves = random.nextInt(3) > 0;
              int count =
                  untilCommitted(
                      store,
                      Isolation.SERIALIZABLE,
                      view -> {
                        List<Entry> onCall = view.scan(doctors, ScanOptions.first(100)).entries();
                        if (!leaves) {
                          view.put(self, Value.of("yes"));
                        } else if (onCall.size() > 1 && view.get(self) != null) {
                          view.delete(self);
                          left.incrementAndGet();
                        }
                        return onCall.size();
                      });
              assertThat(count).as("doctors on call").isPositive();
            }
          });
      assertThat(left).hasPositiveValue();
    }
  }

  /**
   * Fractured read and read skew: every transaction writes the same token under several keys; no
   * reader, by keys or by scan, ever sees two tokens.
   */
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("isolationsAndDurabilities")
  void readersSeeWholeTransactions(Isolation isolation, Durability durability) throws Exception {
    List<Key> keys = List.of(Key.of("a"), Key.of("k"), Key.of("z"));
    AtomicInteger writing = new AtomicInteger(WRITERS / 2);
    try (TestManager store = open(durability)) {
      inThreads(
          WRITERS,
          (thread, random) -> {
            if (thread < WRITERS / 2) {
              try {
                for (int i = 0; i < ROUNDS; i++) {
                  Value token = Value.of(thread + "-" + i);
                  var _ =
                      untilCommitted(
                          store,
                          isolation,
                          view -> {
                            keys.forEach(key -> view.put(key, token));
                            return "";
                          });
                }
              } finally {
                writing.decrementAndGet();
              }
            } else {
              do {
                try (Transaction reader = store.begin(isolation)) {
                  String first = TestManager.text(reader.get(keys.getFirst()));
                  String last = TestManager.text(reader.get(keys.getLast()));
                  assertThat(last).isEqualTo(first);
                  assertThat(reader.scan(KeyRange.ALL, ScanOptions.last(10)).entries())
                      .extracting(TestManager::text)
                      .allMatch(token -> token.equals(first));
                }
              } while (writing.get() > 0);
            }
          });
    }
  }
}
