package io.varve.checkpoint;

import io.varve.model.StoreErrors;
import io.varve.model.StoreId;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.StateDigest;
import io.varve.mvcc.StoreCheckpoint;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes, lists, verifies, restores and deletes checkpoints.
 *
 * <p>Thread-safe. Of the calls that take long one runs at a time; another throws {@code
 * JOB_RUNNING}. An id that is none, or of a checkpoint that is not there, throws {@code
 * CHECKPOINT_NOT_FOUND}.
 */
public final class CheckpointService {
  /*
   * <directory>/<id>/db/...          the database, as the engine copied it
   * <directory>/<id>/manifest.json   CheckpointManifest
   * <directory>/<id>/SHA256SUMS      Sums, over all of these files
   *
   * A checkpoint is built in a directory that ends in .tmp, synced, and renamed; deleting it begins
   * with the opposite rename. So whatever has the name of a checkpoint is one, whole, and whatever
   * ends in .tmp goes at the next start.
   */
  private static final Logger log = LoggerFactory.getLogger(CheckpointService.class);
  private static final String UNFINISHED = ".tmp";

  private final Supplier<MvccStore> store;
  private final CheckpointSettings settings;
  private final CheckpointEngine engine;
  private final InstantSource clock;
  private final CheckpointContent content;
  private final CheckpointVerifier verifier;
  private final CheckpointRestorer restorer;
  private final Disk disk;

  private final ReentrantLock running = new ReentrantLock();

  /** The last checkpoint that was found sound. Written by who holds {@link #running}. */
  private @Nullable CheckpointId lastSound;

  private final AtomicLong verifyFailures = new AtomicLong();

  /**
   * A service over {@code store}, which is asked for each time, since a restore replaces it.
   *
   * @param newIds draws the id of a restored store at random
   */
  public CheckpointService(
      Supplier<MvccStore> store,
      CheckpointSettings settings,
      CheckpointEngine engine,
      InstantSource clock,
      Supplier<StoreId> newIds) {
    this(store, settings, engine, clock, newIds, Disk.REAL);
  }

  CheckpointService(
      Supplier<MvccStore> store,
      CheckpointSettings settings,
      CheckpointEngine engine,
      InstantSource clock,
      Supplier<StoreId> newIds,
      Disk disk) {
    this.store = store;
    this.settings = settings;
    this.engine = engine;
    this.clock = clock;
    this.disk = disk;
    this.content = new CheckpointContent(engine);
    this.verifier = new CheckpointVerifier(content);
    this.restorer = new CheckpointRestorer(settings.dataDirectory(), engine, content, newIds, disk);
  }

  /** Makes a checkpoint of the newest state. Writers go on meanwhile. */
  public CheckpointManifest create(CheckpointOrigin origin) {
    return exclusively(
        () -> {
          Instant createdAt = clock.instant();
          Path building =
              settings.directory().resolve(CheckpointId.stampOf(createdAt) + UNFINISHED);
          disk.createDirectories(settings.directory());
          disk.deleteTree(building);
          try {
            CheckpointManifest manifest = build(building, createdAt, origin);
            disk.rename(building, settings.directory().resolve(manifest.id()));
            disk.sync(settings.directory());
            return manifest;
          } finally {
            disk.deleteTreeQuietly(building);
          }
        });
  }

  private CheckpointManifest build(Path building, Instant createdAt, CheckpointOrigin origin) {
    disk.createDirectories(building);
    Path database = building.resolve(CheckpointVerifier.DATABASE);
    disk.announce("checkpoint", database);
    StoreCheckpoint made = store.get().checkpoint(database);
    StateDigest digest = LowPriority.call(() -> content.digest(database, made.revision()));
    SortedMap<String, String> sums = new TreeMap<>();
    long bytes = 0;
    for (var file : Sums.files(building).entrySet()) {
      sums.put(file.getKey(), LowPriority.call(() -> Disk.sha256(file.getValue())));
      bytes += Disk.size(file.getValue());
    }
    CheckpointManifest manifest =
        new CheckpointManifest(
            freeId(new CheckpointId(CheckpointId.stampOf(createdAt), made.revision().value(), 1)),
            made.storeId().text(),
            made.revision().value(),
            made.ceiling().value(),
            createdAt,
            origin,
            made.formatVersion(),
            engine.version(),
            settings.varveVersion(),
            bytes,
            digest.keys(),
            digest.sha256());
    byte[] json = ManifestFile.format(manifest);
    disk.write(building.resolve(ManifestFile.NAME), json);
    sums.put(ManifestFile.NAME, Disk.sha256(json));
    disk.write(building.resolve(Sums.NAME), Sums.format(sums));
    disk.syncTree(building);
    return manifest;
  }

  private String freeId(CheckpointId wanted) {
    CheckpointId id = wanted;
    while (Disk.exists(pathOf(id))) {
      id = id.next();
    }
    return id.text();
  }

  /** The checkpoints there are, newest first, damaged ones included. */
  public List<Checkpoint> list() {
    return ids().stream()
        .map(id -> new Checkpoint(id.text(), ManifestFile.read(pathOf(id))))
        .toList();
  }

  private List<CheckpointId> ids() {
    List<CheckpointId> ids = new ArrayList<>();
    for (Path entry : Disk.list(settings.directory())) {
      CheckpointId id = CheckpointId.parse(Disk.name(entry));
      if (id != null && Disk.isDirectory(entry)) {
        ids.add(id);
      }
    }
    ids.sort(Comparator.reverseOrder());
    return ids;
  }

  /** One checkpoint. */
  public Checkpoint get(String id) {
    CheckpointId found = require(id);
    return new Checkpoint(found.text(), ManifestFile.read(pathOf(found)));
  }

  private CheckpointId require(String text) {
    CheckpointId id = CheckpointId.parse(text);
    if (id == null || !Disk.isDirectory(pathOf(id))) {
      throw StoreErrors.checkpointNotFound();
    }
    return id;
  }

  private Path pathOf(CheckpointId id) {
    return settings.directory().resolve(id.text());
  }

  /** Looks at every byte of a checkpoint. Damage is an answer, not an exception. */
  public CheckpointVerification verify(String id) {
    return exclusively(() -> verify(require(id)));
  }

  private CheckpointVerification verify(CheckpointId id) {
    CheckpointVerification found = LowPriority.call(() -> verifier.verify(id, pathOf(id)));
    if (found.ok()) {
      lastSound = id;
    } else {
      verifyFailures.incrementAndGet();
      log.warn("Checkpoint {} is damaged: {}", id.text(), String.join(" ", found.problems()));
    }
    return found;
  }

  /** Checkpoints that were verified and found damaged, since the start. */
  public long verifyFailures() {
    return verifyFailures.get();
  }

  /** Removes a checkpoint, sound or not. */
  public void delete(String id) {
    exclusively(
        () -> {
          delete(require(id));
          return id;
        });
  }

  private void delete(CheckpointId id) {
    Path doomed = settings.directory().resolve(id.text() + UNFINISHED);
    disk.deleteTree(doomed);
    disk.rename(pathOf(id), doomed);
    disk.sync(settings.directory());
    disk.deleteTree(doomed);
    log.info("Deleted checkpoint {}", id.text());
  }

  /**
   * Removes the oldest scheduled checkpoints beyond {@code keep}, but never the newest checkpoint
   * that is sound; how many it removed.
   */
  public int retain(int keep) {
    return exclusively(
        () -> {
          List<CheckpointId> doomed = ids().stream().filter(this::isScheduled).skip(keep).toList();
          CheckpointId newestSound = doomed.isEmpty() ? null : newestSound();
          if (newestSound == null) {
            return 0;
          }
          List<CheckpointId> gone =
              doomed.reversed().stream().filter(id -> !id.equals(newestSound)).toList();
          gone.forEach(this::delete);
          return gone.size();
        });
  }

  private boolean isScheduled(CheckpointId id) {
    CheckpointManifest manifest = ManifestFile.read(pathOf(id));
    return manifest != null && manifest.origin() == CheckpointOrigin.SCHEDULED;
  }

  private @Nullable CheckpointId newestSound() {
    for (CheckpointId id : ids()) {
      if (id.equals(lastSound) || verify(id).ok()) {
        return id;
      }
    }
    log.warn("No checkpoint is sound, so none is deleted.");
    return null;
  }

  /**
   * Puts a checkpoint in the place of the running store, which gets a new id and goes on above
   * every revision there ever was. Throws {@code CHECKPOINT_DAMAGED}, with the store untouched.
   *
   * @param precondition throws where the open store must stay; called when no other restore can run
   *     any more
   */
  public RestoredCheckpoint restore(String id, Runnable precondition, StoreSwap swap) {
    return exclusively(
        () -> {
          CheckpointId found = require(id);
          precondition.run();
          return restorer.restore(
              requireSound(found), pathOf(found), restorer.mark(), lockedWhileClosed(swap));
        });
  }

  /** A process that opened the store while it is closed would lose it to the restore. */
  private StoreSwap lockedWhileClosed(StoreSwap swap) {
    Path database = settings.dataDirectory().resolve(DataDirectoryRestore.DATABASE);
    return new StoreSwap() {
      @Override
      public <T> T whileClosed(LongFunction<T> work) {
        return swap.whileClosed(
            handedOut -> {
              try (CheckpointEngine.Lock _ = engine.lock(database)) {
                return work.apply(handedOut);
              }
            });
      }
    };
  }

  private CheckpointManifest requireSound(CheckpointId id) {
    CheckpointVerification found = verify(id);
    CheckpointManifest manifest = ManifestFile.read(pathOf(id));
    if (!found.ok() || manifest == null) {
      throw StoreErrors.checkpointDamaged(
          id.text(), found.ok() ? "Its manifest is gone." : found.problems().getFirst());
    }
    return manifest;
  }

  /**
   * Removes what a crash left half made. To be called at every start, before the store opens, by
   * who has the data directory for itself.
   */
  public void clearUnfinished() {
    DataDirectoryRestore.finish(settings.dataDirectory(), disk);
    for (Path entry : Disk.list(settings.directory())) {
      String name = Disk.name(entry);
      if (isUnfinished(name)) {
        log.info("Removing {}, which was left unfinished", entry);
        disk.deleteTree(entry);
      }
    }
  }

  /** Whether we made it: the directory may hold files of others. */
  private static boolean isUnfinished(String name) {
    if (!name.endsWith(UNFINISHED)) {
      return false;
    }
    String rest = name.substring(0, name.length() - UNFINISHED.length());
    return CheckpointId.parse(rest) != null || CheckpointId.parse(rest + "-r0") != null;
  }

  /**
   * Restores a checkpoint before the store opens, which may be broken or missing. Does nothing if
   * the last start with this setting has done it, so that a setting which is left where it is does
   * not take back what was written since.
   *
   * @return what was restored, or null if nothing was
   */
  public @Nullable RestoredCheckpoint restoreAtStart(String id) {
    if (id.equals(restorer.mark())) {
      log.info(
          "Checkpoint {} was restored by an earlier start and is not restored again. Remove the"
              + " setting varve.restore; to restore it once more, delete the file {} first.",
          id,
          restorer.markFile());
      return null;
    }
    CheckpointId found = require(id);
    CheckpointManifest manifest = requireSound(found);
    long handedOut = restorer.handedOutBefore(manifest);
    return restorer.restore(manifest, pathOf(found), id, closed(handedOut));
  }

  /** The swap of a store that is not open. */
  private static StoreSwap closed(long handedOut) {
    return new StoreSwap() {
      @Override
      public <T> T whileClosed(LongFunction<T> work) {
        return work.apply(handedOut);
      }
    };
  }

  private <T> T exclusively(Supplier<T> work) {
    if (!running.tryLock()) {
      throw StoreErrors.jobRunning("checkpoint");
    }
    try {
      return work.get();
    } finally {
      running.unlock();
    }
  }
}
