package io.varve.storage.rocksdb;

import io.varve.model.StoreErrors;
import io.varve.storage.SortedIngest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.EnvOptions;
import org.rocksdb.IngestExternalFileOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/**
 * Writes sorted files into the staging directory and moves them into a column family in one step.
 * Inside the gate from its making until it is closed.
 *
 * <p>RocksDB syncs each file when it is finished and again when it is taken in, then the directory,
 * then the manifest, so a commit is durable when it returns. It does not sync the write-ahead log.
 */
final class RocksDbIngest implements SortedIngest {
  private static final String OPERATION = "write sorted files";

  /** What all ingestions of one column family share. */
  record Target(
      RocksDB db,
      ColumnFamilyHandle family,
      Options fileOptions,
      EnvOptions fileSystem,
      IngestExternalFileOptions ingestion,
      long fileBytes) {}

  private enum State {
    OPEN,
    COMMITTED,
    /** A call failed half way: what is in the files is not what the caller asked for. */
    BROKEN,
    CLOSED
  }

  private final Target target;
  private final String filePrefix;
  private final OperationGate gate;
  private final int entry;
  private final List<Path> files = new ArrayList<>();

  private State state = State.OPEN;
  private @Nullable SstFileWriter writer;
  private byte[] lastKey = new byte[256];
  private int lastKeyLength = -1;
  private long bytes;
  private long bytesInFile;

  /** Takes the entry into the gate over. No other ingestion has the same prefix for its files. */
  RocksDbIngest(Target target, String filePrefix, OperationGate gate, int entry) {
    this.target = target;
    this.filePrefix = filePrefix;
    this.gate = gate;
    this.entry = entry;
  }

  @Override
  public void put(byte[] key, byte[] value) {
    checkOpen();
    checkOrder(key);
    run(() -> file().put(key, value));
    added(key, value.length);
  }

  @Override
  public void delete(byte[] key) {
    checkOpen();
    checkOrder(key);
    run(() -> file().delete(key));
    added(key, 0);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void commit() {
    checkOpen();
    if (!files.isEmpty()) {
      run(
          () -> {
            finishFile();
            target
                .db()
                .ingestExternalFile(
                    target.family(),
                    files.stream().map(Path::toString).toList(),
                    target.ingestion());
          });
    }
    state = State.COMMITTED;
  }

  @Override
  public void close() {
    if (state == State.CLOSED) {
      return;
    }
    state = State.CLOSED;
    try {
      closeWriter();
      deleteFiles();
    } finally {
      gate.exit(entry);
    }
  }

  /** The file that takes the next entry. */
  private SstFileWriter file() throws RocksDBException {
    if (writer != null && bytesInFile >= target.fileBytes()) {
      finishFile();
    }
    if (writer == null) {
      Path path = Path.of(filePrefix + files.size() + ".sst");
      files.add(path);
      bytesInFile = 0;
      writer = NativeHandles.track(new SstFileWriter(target.fileSystem(), target.fileOptions()));
      writer.open(path.toString());
    }
    return writer;
  }

  private void finishFile() throws RocksDBException {
    if (writer != null) {
      writer.finish();
      closeWriter();
    }
  }

  private void closeWriter() {
    if (writer != null) {
      NativeHandles.close(writer);
      writer = null;
    }
  }

  /** Nothing is left after a commit, which moved the files away. */
  private void deleteFiles() {
    IOException failure = null;
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw StoreErrors.io("delete a temporary file", failure.toString(), failure);
    }
  }

  private void checkOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException("The ingestion is " + state + ".");
    }
  }

  private void checkOrder(byte[] key) {
    if (lastKeyLength >= 0
        && Arrays.compareUnsigned(lastKey, 0, lastKeyLength, key, 0, key.length) >= 0) {
      throw new IllegalArgumentException("Keys of an ingestion must rise strictly.");
    }
  }

  private void added(byte[] key, int valueBytes) {
    if (lastKey.length < key.length) {
      lastKey = new byte[2 * key.length];
    }
    System.arraycopy(key, 0, lastKey, 0, key.length);
    lastKeyLength = key.length;
    bytes += key.length + valueBytes;
    bytesInFile += key.length + valueBytes;
  }

  private void run(NativeStep step) {
    boolean done = false;
    try {
      step.run();
      done = true;
    } catch (RocksDBException e) {
      throw RocksDbErrors.translate(OPERATION, e);
    } finally {
      if (!done) {
        state = State.BROKEN;
      }
    }
  }

  private interface NativeStep {
    void run() throws RocksDBException;
  }
}
