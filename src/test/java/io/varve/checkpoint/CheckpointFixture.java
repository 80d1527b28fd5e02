package io.varve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.Entry;
import io.varve.model.HistoryEntry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.mvcc.Commit;
import io.varve.mvcc.LogRetention;
import io.varve.mvcc.ManualClock;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.OverlayLimits;
import io.varve.mvcc.Snapshot;
import io.varve.mvcc.Write;
import io.varve.storage.StorageService;
import io.varve.storage.rocksdb.RocksDbLock;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A store on disk, a model of it, and the checkpoints of both. */
@NullMarked
final class CheckpointFixture implements StoreSwap {
  static final long START_MS = 1_764_000_000_000L;
  private static final int EVERYTHING = 1_000_000;

  private final Path dataDirectory;
  private final Durability durability;
  private final ManualClock clock = new ManualClock(START_MS);
  private final AtomicLong ids;
  private @Nullable MvccStore store;

  /** The highest revision that was ever given out, by any life of the store. */
  private long highest;

  int swaps;
  boolean crashed;

  CheckpointFixture(Path dataDirectory, Durability durability) {
    this.dataDirectory = dataDirectory;
    this.durability = durability;
    this.ids = new AtomicLong(1);
  }

  Path dataDirectory() {
    return dataDirectory;
  }

  Path checkpoints() {
    return dataDirectory.resolve("checkpoints");
  }

  ManualClock clock() {
    return clock;
  }

  long highest() {
    return highest;
  }

  MvccStore open() {
    MvccSettings settings =
        new MvccSettings(
            dataDirectory,
            durability,
            new OverlayLimits(1L << 20, 1_000_000, 1L << 26),
            1 << 20,
            new Retention(1_000, Duration.ofDays(1)),
            new LogRetention(Duration.ofHours(1), 1L << 30),
            false,
            16);
    store =
        MvccStore.open(
            new Engine().open(dataDirectory.resolve("db")),
            settings,
            clock,
            StoreId.of(0xAB),
            MvccListener.NONE);
    return store;
  }

  MvccStore store() {
    assertThat(store).isNotNull();
    return store;
  }

  void close() {
    if (store != null) {
      store.close();
      store = null;
    }
  }

  CheckpointService service() {
    return service(Disk.REAL);
  }

  CheckpointService service(Disk disk) {
    return new CheckpointService(
        this::store,
        new CheckpointSettings(dataDirectory, checkpoints(), "1.2.3"),
        new Engine(),
        clock,
        () -> StoreId.of(ids.incrementAndGet()),
        disk);
  }

  /** What a start does before it opens the store. */
  CheckpointService start() {
    CheckpointService service = service();
    service.clearUnfinished();
    return service;
  }

  @Override
  public <T> T whileClosed(LongFunction<T> work) {
    swaps++;
    store().close();
    store = null;
    try {
      return work.apply(highest);
    } finally {
      if (!crashed) {
        DataDirectoryRestore.finish(dataDirectory);
        open();
      }
    }
  }

  long put(String key, String value) {
    return commit(new Write(Key.of(key), Value.of(value)));
  }

  long commit(Write... writes) {
    MvccStore target = store();
    Commit commit;
    target.commits().lock().lock();
    try {
      commit = target.commits().order(null, null, target.commits().prepare(List.of(writes)));
    } finally {
      target.commits().lock().unlock();
    }
    if (target.durability().usesLog()) {
      target.commits().log(List.of(commit));
    }
    target.commits().publish(commit);
    highest = Math.max(highest, commit.revision());
    return commit.revision();
  }

  /** Random commits, some of which delete, and flushes between them. */
  void work(Random random, int commits) {
    for (int i = 0; i < commits; i++) {
      clock.advance(Duration.ofMillis(random.nextInt(700)));
      Key key = Key.of("k" + random.nextInt(30));
      Value value = random.nextInt(4) == 0 ? null : Value.of("v" + random.nextLong());
      commit(new Write(key, value), new Write(Key.of("c"), Value.of("" + random.nextInt())));
      if (random.nextInt(40) == 0) {
        store().flush();
      }
    }
  }

  /** Everything that can be read at a revision, the history of each key included. */
  static Map<String, List<String>> state(MvccStore store, long revision) {
    Map<String, List<String>> state = new TreeMap<>();
    try (Snapshot snapshot = store.snapshotAt(new Revision(revision))) {
      for (Entry entry : snapshot.scan(KeyRange.ALL, ScanOptions.first(EVERYTHING)).entries()) {
        List<HistoryEntry> history = snapshot.history(entry.key(), EVERYTHING);
        state.put(entry.toString(), history.stream().map(CheckpointFixture::text).toList());
      }
    }
    return state;
  }

  private static String text(HistoryEntry version) {
    return version.revision() + "=" + version.value() + "@" + version.time();
  }

  /** The engine as the service opens it, with small buffers. */
  static final class Engine implements CheckpointEngine {
    private static RocksDbSettings settings(Path directory) {
      return RocksDbSettings.defaults(directory)
          .withBlockCacheBytes(4 << 20)
          .withWriteBufferBytes(1 << 20, 256 << 10);
    }

    @Override
    public StorageService openReadOnly(Path database, Path infoLogDirectory) {
      return RocksDbStorageService.openReadOnly(settings(database), infoLogDirectory);
    }

    @Override
    public StorageService open(Path database) {
      try {
        Files.createDirectories(database.toAbsolutePath().getParent());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return RocksDbStorageService.open(settings(database));
    }

    @Override
    public Lock lock(Path database) {
      return RocksDbLock.take(database)::close;
    }

    @Override
    public String version() {
      return RocksDbStorageService.engineVersion();
    }
  }

  /** The end of the process, as far as the code under test can tell. */
  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Crash(String step) {
      super(step);
    }
  }

  /** Every file and directory below {@code root}, with all bytes. */
  static Map<String, String> bytes(Path root) {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.toList()) {
        String bytes =
            Files.isDirectory(path) ? "/" : HexFormat.of().formatHex(Files.readAllBytes(path));
        content.put(root.relativize(path).toString(), bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return content;
  }

  static List<String> names(Path directory) {
    return Disk.list(directory).stream().map(Disk::name).toList();
  }

  static void copy(Path from, Path to) {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path).toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
