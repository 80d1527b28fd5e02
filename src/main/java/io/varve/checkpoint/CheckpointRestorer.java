package io.varve.checkpoint;

import io.varve.model.Revision;
import io.varve.model.StoreErrors;
import io.varve.model.StoreException;
import io.varve.model.StoreId;
import io.varve.mvcc.RestoredStore;
import io.varve.storage.StorageService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a sound checkpoint in the place of the store. Used by one thread at a time. */
final class CheckpointRestorer {
  private static final Logger log = LoggerFactory.getLogger(CheckpointRestorer.class);

  /**
   * In the database directory: the checkpoint that the last start restored because of a setting.
   * Other restores pass it on, for the setting may still be there at the next start.
   */
  static final String RESTORED = "RESTORED";

  /** For the engine, which writes a little when it opens the copy. */
  private static final long SPARE_BYTES = 16L << 20;

  /**
   * A store that cannot be opened may have reserved revisions that nobody can read any more. More
   * than it reserves at a time, and little of the 2^53 that there are.
   */
  private static final long UNKNOWN_REVISIONS = 1L << 32;

  private final Path dataDirectory;
  private final CheckpointEngine engine;
  private final CheckpointContent content;
  private final Supplier<StoreId> newIds;
  private final Disk disk;

  CheckpointRestorer(
      Path dataDirectory,
      CheckpointEngine engine,
      CheckpointContent content,
      Supplier<StoreId> newIds,
      Disk disk) {
    this.dataDirectory = dataDirectory;
    this.engine = engine;
    this.content = content;
    this.newIds = newIds;
    this.disk = disk;
  }

  /**
   * Restores a checkpoint that has just been verified.
   *
   * @param mark what the file {@link #RESTORED} is to say, or null for no such file
   */
  RestoredCheckpoint restore(
      CheckpointManifest manifest, Path checkpoint, @Nullable String mark, StoreSwap swap) {
    Path staging = dataDirectory.resolve(DataDirectoryRestore.STAGING);
    requireSpace(manifest.bytes());
    try {
      disk.deleteTree(staging);
      copy(checkpoint, staging);
      RestoredCheckpoint restored =
          swap.whileClosed(handedOut -> install(manifest, staging, mark, handedOut));
      log.info(
          "Restored checkpoint {}: store {} at revision {}",
          restored.id(),
          restored.storeId(),
          restored.revision());
      return restored;
    } finally {
      disk.deleteTreeQuietly(staging);
    }
  }

  private void requireSpace(long bytes) {
    long free;
    try {
      free = Files.getFileStore(dataDirectory).getUsableSpace();
    } catch (IOException e) {
      throw StoreErrors.io("ask for the free disk space", e.toString(), e);
    }
    if (free < bytes + SPARE_BYTES) {
      throw StoreErrors.noSpaceToRestore(bytes + SPARE_BYTES, free);
    }
  }

  /** Copies the database; what the copy is made of must still have the sums of the checkpoint. */
  private void copy(Path checkpoint, Path staging) {
    SortedMap<String, String> sums = Sums.parse(Disk.read(checkpoint.resolve(Sums.NAME)));
    disk.createDirectories(staging);
    for (Path file : Disk.list(checkpoint.resolve(CheckpointVerifier.DATABASE))) {
      String name = Disk.name(file);
      String copied = disk.copy(file, staging.resolve(name));
      String path = CheckpointVerifier.DATABASE + "/" + name;
      if (sums == null || !copied.equals(sums.get(path))) {
        throw StoreErrors.checkpointDamaged(
            Disk.name(checkpoint), "File " + path + " was changed.");
      }
    }
  }

  private RestoredCheckpoint install(
      CheckpointManifest manifest, Path staging, @Nullable String mark, long handedOut) {
    StoreId newId = newIds.get();
    Revision revision = new Revision(manifest.revision());
    long above = Math.max(handedOut, manifest.ceiling());
    Revision ceiling;
    disk.announce("prepare", staging);
    try (StorageService copy = engine.open(staging)) {
      ceiling = RestoredStore.prepare(copy, revision, manifest.createdAt(), newId, above);
    }
    if (mark != null) {
      disk.write(staging.resolve(RESTORED), (mark + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    disk.syncTree(staging);
    disk.rename(staging, dataDirectory.resolve(DataDirectoryRestore.READY));
    disk.sync(dataDirectory);
    DataDirectoryRestore.finish(dataDirectory, disk);
    return new RestoredCheckpoint(manifest.id(), newId, revision, ceiling);
  }

  /** What the file {@link #RESTORED} of the store in the data directory says, or null. */
  @Nullable String mark() {
    Path file = markFile();
    if (!Disk.isFile(file)) {
      return null;
    }
    return new String(Disk.read(file), StandardCharsets.US_ASCII).strip();
  }

  Path markFile() {
    return dataDirectory.resolve(DataDirectoryRestore.DATABASE).resolve(RESTORED);
  }

  /**
   * Above every revision that the store in the data directory, broken or not, may have given out.
   */
  long handedOutBefore(CheckpointManifest manifest) {
    long known =
        LongStream.of(
                RestoredStore.lastSynced(dataDirectory), manifest.ceiling(), handedOutByOldStore())
            .max()
            .getAsLong();
    return Math.min(known + UNKNOWN_REVISIONS, Revision.MAX_VALUE);
  }

  private long handedOutByOldStore() {
    Path database = dataDirectory.resolve(DataDirectoryRestore.DATABASE);
    if (!Disk.exists(database)) {
      return 0;
    }
    try {
      return content.handedOut(database);
    } catch (StoreException e) {
      log.warn("The store that is replaced cannot be read: {}", e.detail());
      return 0;
    }
  }
}
