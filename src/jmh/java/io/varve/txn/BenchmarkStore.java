package io.varve.txn;

import io.varve.model.Durability;
import io.varve.model.Key;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A store in a directory of its own, which goes with it. It flushes when the overlay asks for it.
 */
final class BenchmarkStore implements AutoCloseable {
  private static final int KEY_BYTES = 16;
  private static final int VALUE_BYTES = 64;

  final MvccStore store;
  final MvccTransactionManager manager;

  private final Path directory;
  private final ExecutorService flusher =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

  BenchmarkStore(Durability durability, long cacheMaxBytes) throws IOException {
    directory = Files.createTempDirectory("varve-bench");
    MvccListener flushWhenAsked =
        new MvccListener() {
          @Override
          public void flushNeeded() {
            flusher.execute(BenchmarkStore.this::flush);
          }
        };
    store =
        MvccStore.open(
            RocksDbStorageService.open(RocksDbSettings.defaults(directory.resolve("db"))),
            settings(durability, cacheMaxBytes),
            InstantSource.system(),
            StoreId.of(1),
            flushWhenAsked);
    manager = MvccTransactionManager.start(store, TransactionSettings.DEFAULTS, System::nanoTime);
  }

  private MvccSettings settings(Durability durability, long cacheMaxBytes) {
    MvccSettings defaults = MvccSettings.defaults(directory);
    return new MvccSettings(
        directory,
        durability,
        defaults.overlay(),
        cacheMaxBytes,
        defaults.retention(),
        defaults.log(),
        defaults.acceptDataLoss(),
        defaults.revisionBlock());
  }

  /** 16 bytes, in the order of {@code number}. */
  static Key key(long number) {
    return Key.wrap(ByteBuffer.allocate(KEY_BYTES).putLong(Long.BYTES, number).array());
  }

  /** 64 bytes. */
  static Value value() {
    return Value.wrap(new byte[VALUE_BYTES], null);
  }

  /** Writes keys 0 to {@code count - 1}. */
  void load(int count) {
    AdaptiveBatchWriter writer = manager.bulkWriter(count, null);
    for (int i = 0; i < count; i++) {
      writer.put(key(i), value());
    }
    writer.finish();
  }

  /** Writes one key in a transaction of its own. */
  Executed<Boolean> put(long number) {
    return manager.execute(
        TransactionOptions.DEFAULTS,
        view -> {
          view.put(key(number), value());
          return true;
        });
  }

  void flush() {
    store.flush();
  }

  @Override
  public void close() throws IOException {
    flusher.close();
    manager.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
