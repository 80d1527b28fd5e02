package io.varve.storage.rocksdb;

import io.varve.model.StoreErrors;
import io.varve.storage.SortedRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.EnvOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/** Writes rows to sorted files in the staging directory. Used by one thread at a time. */
final class SortedFiles implements SortedRows {
  private static final String OPERATION = "write sorted files";

  /** How files are written. */
  record Format(Options options, EnvOptions fileSystem, long fileBytes) {}

  private enum State {
    OPEN,
    FINISHED,
    /** A call failed half way: what is in the files is not what the caller asked for. */
    BROKEN,
    CLOSED
  }

  private final Format format;
  private final String filePrefix;
  private final List<Path> files = new ArrayList<>();

  private State state = State.OPEN;
  private @Nullable SstFileWriter writer;
  private byte @Nullable [] firstKey;
  private byte[] lastKey = new byte[256];
  private int lastKeyLength = -1;
  private long bytes;
  private long bytesInFile;

  /** Nobody else has the same prefix for files. */
  SortedFiles(Format format, String filePrefix) {
    this.format = format;
    this.filePrefix = filePrefix;
  }

  @Override
  public void put(byte[] key, byte[] value) {
    checkOrder(key);
    run(() -> file().put(key, value));
    added(key, value.length);
  }

  @Override
  public void delete(byte[] key) {
    checkOrder(key);
    run(() -> file().delete(key));
    added(key, 0);
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /** Completes the files and names them; nothing may follow. */
  List<Path> finish() {
    checkOpen();
    run(this::finishFile);
    state = State.FINISHED;
    return List.copyOf(files);
  }

  /** Whether every row here is above every row of {@code other}. */
  boolean isAbove(SortedFiles other) {
    return firstKey == null || !other.hasReached(firstKey);
  }

  private boolean hasReached(byte[] key) {
    return lastKeyLength >= 0
        && Arrays.compareUnsigned(lastKey, 0, lastKeyLength, key, 0, key.length) >= 0;
  }

  /** Removes the files that are still there. Idempotent. */
  void close() {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      closeWriter();
      deleteFiles();
    }
  }

  /** The file that takes the next row. */
  private SstFileWriter file() throws RocksDBException {
    if (writer != null && bytesInFile >= format.fileBytes()) {
      finishFile();
    }
    if (writer == null) {
      Path path = Path.of(filePrefix + files.size() + ".sst");
      files.add(path);
      bytesInFile = 0;
      writer = NativeHandles.track(new SstFileWriter(format.fileSystem(), format.options()));
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
    checkOpen();
    if (hasReached(key)) {
      throw new IllegalArgumentException("Keys of an ingestion must rise strictly.");
    }
  }

  private void added(byte[] key, int valueBytes) {
    if (firstKey == null) {
      firstKey = key.clone();
    }
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
