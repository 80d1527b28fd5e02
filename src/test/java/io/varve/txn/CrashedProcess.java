package io.varve.txn;

import io.varve.model.Durability;
import io.varve.model.Key;
import io.varve.model.Value;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.PruneRequest;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * The process that {@link CrashIT} kills. Threads write, one flushes and prunes without a pause,
 * and every step that is done is reported in a line of its own, which ends with a dot.
 *
 * <pre>
 * open visible         ack revision thread number      durable revision
 * flush begin          flush end                       prune begin       prune end
 * </pre>
 *
 * <p>A transaction writes one token under a key of its own, which nothing overwrites, and under two
 * keys of its thread, which the next one overwrites.
 */
final class CrashedProcess {
  static final int WRITERS = 6;
  private static final int PADDING_BYTES = 60;

  private final MvccStore store;
  private final MvccTransactionManager manager;
  private final int life;
  private final OutputStream out =
      new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));

  private CrashedProcess(Path directory, Durability durability, int life) {
    this.store =
        TestManager.openStore(
            directory, TestManager.smallSettings(directory, durability), Clock.systemUTC());
    this.manager =
        MvccTransactionManager.start(store, TransactionSettings.DEFAULTS, System::nanoTime);
    this.life = life;
  }

  /** Arguments: directory, durability, number of this life of the store. */
  public static void main(String[] arguments) {
    new CrashedProcess(
            Path.of(arguments[0]), Durability.valueOf(arguments[1]), Integer.parseInt(arguments[2]))
        .run();
  }

  private void run() {
    report("open " + store.visible());
    for (int i = 0; i < WRITERS; i++) {
      int thread = i;
      Thread.ofPlatform().start(() -> write(thread));
    }
    Thread.ofPlatform().start(this::keepUp);
  }

  private void write(int thread) {
    for (int number = 0; ; number++) {
      Value token = token(life, thread, number);
      Key own = own(life, thread, number);
      Key first = first(thread);
      Key last = last(thread);
      Executed<String> done =
          manager.execute(
              TransactionOptions.DEFAULTS,
              view -> {
                view.put(first, token);
                view.put(own, token);
                view.put(last, token);
                return "";
              });
      report("ack " + done.revision() + " " + thread + " " + number);
    }
  }

  private void keepUp() {
    while (true) {
      report("flush begin");
      store.flush();
      report("flush end");
      report("durable " + store.durable());
      report("prune begin");
      store.prune(PruneRequest.scheduled(Duration.ofSeconds(1)));
      report("prune end");
    }
  }

  private synchronized void report(String line) {
    try {
      out.write((line + " .\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Value token(int life, int thread, int number) {
    return Value.of(name(life, thread, number) + " " + "x".repeat(PADDING_BYTES));
  }

  private static String name(int life, int thread, int number) {
    return life + "/" + thread + "/" + number;
  }

  static Key own(int life, int thread, int number) {
    return Key.of("own/" + name(life, thread, number));
  }

  static Key first(int thread) {
    return Key.of("first/" + thread);
  }

  static Key last(int thread) {
    return Key.of("last/" + thread);
  }
}
