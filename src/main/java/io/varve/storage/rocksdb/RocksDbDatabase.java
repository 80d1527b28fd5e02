package io.varve.storage.rocksdb;

import io.varve.storage.ColumnFamily;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.EnvOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * An open database with its column families, and what their sorted files are written with. The
 * native objects belong to the handles it was opened with.
 */
final class RocksDbDatabase {
  private final RocksDB db;
  private final Cache cache;
  private final Map<ColumnFamily, ColumnFamilyHandle> families;
  private final Map<ColumnFamily, RocksDbIngest.Target> ingestTargets;

  private RocksDbDatabase(
      RocksDB db,
      Cache cache,
      Map<ColumnFamily, ColumnFamilyHandle> families,
      Map<ColumnFamily, RocksDbIngest.Target> ingestTargets) {
    this.db = db;
    this.cache = cache;
    this.families = families;
    this.ingestTargets = ingestTargets;
  }

  static RocksDbDatabase open(
      Path path,
      DBOptions dbOptions,
      RocksDbOptionsFactory options,
      RocksDbHandles handles,
      boolean readOnly)
      throws RocksDBException {
    Cache cache = options.blockCache();
    // Everything the ingestions need, since nothing may be older than the database that uses it.
    EnvOptions fileSystem = options.fileSystem(dbOptions);
    IngestExternalFileOptions ingestion = options.ingestion();
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    Map<ColumnFamily, Options> fileOptions = new EnumMap<>(ColumnFamily.class);
    for (ColumnFamily family : ColumnFamily.values()) {
      ColumnFamilyOptions familyOptions = options.family(family, cache);
      descriptors.add(new ColumnFamilyDescriptor(diskName(family), familyOptions));
      fileOptions.put(family, options.sortedFile(dbOptions, familyOptions));
    }
    descriptors.add(
        new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, options.defaultFamily(cache)));

    List<ColumnFamilyHandle> opened = new ArrayList<>();
    RocksDB db =
        handles.own(
            readOnly
                ? RocksDB.openReadOnly(dbOptions, path.toString(), descriptors, opened)
                : RocksDB.open(dbOptions, path.toString(), descriptors, opened));
    opened.forEach(handles::own);

    Map<ColumnFamily, ColumnFamilyHandle> families = new EnumMap<>(ColumnFamily.class);
    Map<ColumnFamily, RocksDbIngest.Target> targets = new EnumMap<>(ColumnFamily.class);
    int index = 0;
    for (ColumnFamily family : ColumnFamily.values()) {
      ColumnFamilyHandle handle = opened.get(index++);
      families.put(family, handle);
      Options files = Objects.requireNonNull(fileOptions.get(family));
      targets.put(
          family,
          new RocksDbIngest.Target(
              db,
              handle,
              new SortedFiles.Format(files, fileSystem, options.sstTargetBytes()),
              ingestion));
    }
    return new RocksDbDatabase(db, cache, families, targets);
  }

  RocksDB db() {
    return db;
  }

  Cache cache() {
    return cache;
  }

  ColumnFamilyHandle family(ColumnFamily family) {
    return Objects.requireNonNull(families.get(family));
  }

  RocksDbIngest.Target ingestTarget(ColumnFamily family) {
    return Objects.requireNonNull(ingestTargets.get(family));
  }

  /** Spent in compactions and flushes of all column families since the store was opened. */
  long compactionMs() throws RocksDBException {
    double seconds = 0;
    for (ColumnFamilyHandle family : families.values()) {
      String sum = db.getMapProperty(family, "rocksdb.cfstats").get("compaction.Sum.CompSec");
      seconds += sum == null ? 0 : Double.parseDouble(sum);
    }
    return Math.round(seconds * 1000);
  }

  /** The numbers by which a write batch names the column families. */
  Map<ColumnFamily, Integer> familyIds() {
    Map<ColumnFamily, Integer> ids = new EnumMap<>(ColumnFamily.class);
    families.forEach((family, handle) -> ids.put(family, handle.getID()));
    return ids;
  }

  byte[] name(ColumnFamily family) {
    return diskName(family);
  }

  private static byte[] diskName(ColumnFamily family) {
    return family.diskName().getBytes(StandardCharsets.UTF_8);
  }
}
