package io.varve.storage.rocksdb;

import io.varve.storage.SortedIngest;
import io.varve.storage.SortedRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * Writes sorted files into the staging directory and moves them into a column family in one step.
 * Inside the gate from its making until it is closed.
 *
 * <p>RocksDB syncs each file when it is finished and again when it is taken in, then the directory,
 * then the manifest, so a commit is durable when it returns. It does not sync the write-ahead log.
 */
final class RocksDbIngest implements SortedIngest {
  /** What all ingestions of one column family share. */
  record Target(
      RocksDB db,
      ColumnFamilyHandle family,
      SortedFiles.Format format,
      IngestExternalFileOptions ingestion) {}

  private final Target target;
  private final OperationGate gate;
  private final int entry;
  private final SortedFiles rows;
  private final SortedFiles rest;
  private boolean closed;

  /** Takes the entry into the gate over. No other ingestion has the same prefix for its files. */
  RocksDbIngest(Target target, String filePrefix, OperationGate gate, int entry) {
    this.target = target;
    this.gate = gate;
    this.entry = entry;
    this.rows = new SortedFiles(target.format(), filePrefix);
    this.rest = new SortedFiles(target.format(), filePrefix + "rest-");
  }

  @Override
  public void put(byte[] key, byte[] value) {
    rows.put(key, value);
  }

  @Override
  public void delete(byte[] key) {
    rows.delete(key);
  }

  @Override
  public long bytes() {
    return rows.bytes() + rest.bytes();
  }

  @Override
  public SortedRows rest() {
    return rest;
  }

  @Override
  public void commit() {
    if (!rest.isAbove(rows)) {
      throw new IllegalArgumentException("The rest of an ingestion must lie above its rows.");
    }
    List<Path> files = new ArrayList<>(rows.finish());
    files.addAll(rest.finish());
    if (files.isEmpty()) {
      return;
    }
    try {
      target
          .db()
          .ingestExternalFile(
              target.family(), files.stream().map(Path::toString).toList(), target.ingestion());
    } catch (RocksDBException e) {
      throw RocksDbErrors.translate("take sorted files in", e);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      rows.close();
    } finally {
      try {
        rest.close();
      } finally {
        gate.exit(entry);
      }
    }
  }
}
