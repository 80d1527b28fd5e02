package io.varve.storage.rocksdb;

import static io.varve.storage.ColumnFamily.LOG;
import static io.varve.storage.ColumnFamily.META;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.varve.storage.ColumnFamily;
import io.varve.storage.StorageBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** Tests for {@link WriteBatchEncoder}. */
@ExtendWith(NoLeaks.class)
final class WriteBatchEncoderTest {
  @TempDir Path directory;

  static {
    RocksDbLibrary.load();
  }

  private final WriteBatchEncoder encoder = new WriteBatchEncoder(Map.of(LOG, 2, META, 300));

  @Test
  void encode_nothing() {
    assertThat(encoder.encode(new StorageBatch())).isEqualTo(new byte[12]);
  }

  @Test
  void encode_goldenBytes() {
    var batch =
        new StorageBatch()
            .put(LOG, new byte[] {'k'}, new byte[] {'v', 'w'})
            .delete(META, new byte[] {'d'})
            .put(LOG, new byte[] {'e'}, new byte[0]);

    assertThat(HexFormat.of().formatHex(encoder.encode(batch)))
        .isEqualTo(
            "0000000000000000" + "03000000" + "0502016b027677" + "04ac020164" + "0502016500");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 127, 128, 129, 16_383, 16_384, 2_097_151, 2_097_152})
  void encode_lengths(int length) throws RocksDBException {
    byte[] value = new byte[length];
    var batch = new StorageBatch().put(META, new byte[Math.max(1, length)], value);

    assertThat(replay(encoder.encode(batch))).isEqualTo(describe(batch, Map.of(META, 300)));
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void encode_randomBatchIsReadBack(long seed) throws RocksDBException {
    StorageBatch batch = randomBatch(new Random(seed));

    byte[] encoded = encoder.encode(batch);

    assertThat(replay(encoded)).isEqualTo(describe(batch, Map.of(LOG, 2, META, 300)));
  }

  @ParameterizedTest(name = "seed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void encode_sameBytesAsRocksDb(long seed) throws RocksDBException {
    StorageBatch batch = randomBatch(new Random(seed));
    var handles = new RocksDbHandles();
    try (var theirs = new WriteBatch()) {
      var options = new RocksDbOptionsFactory(RocksDbTestStore.settings(directory), handles);
      RocksDbDatabase database =
          RocksDbDatabase.open(directory, options.database(true), options, handles, false);
      for (StorageBatch.Mutation mutation : batch.mutations()) {
        byte[] value = mutation.value();
        if (value == null) {
          theirs.delete(database.family(mutation.family()), mutation.key());
        } else {
          theirs.put(database.family(mutation.family()), mutation.key(), value);
        }
      }

      byte[] ours = new WriteBatchEncoder(database.familyIds()).encode(batch);

      assertThat(ours).isEqualTo(theirs.data());
    } finally {
      handles.close();
    }
  }

  @Test
  void encode_familyWithoutId() {
    var onlyLog = new WriteBatchEncoder(Map.of(LOG, 2));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> onlyLog.encode(new StorageBatch().delete(META, new byte[] {1})));
  }

  @Test
  void encoder_refusesTheDefaultFamily() {
    assertThatIllegalArgumentException().isThrownBy(() -> new WriteBatchEncoder(Map.of(LOG, 0)));
  }

  private static StorageBatch randomBatch(Random random) {
    var batch = new StorageBatch();
    for (int i = 0; i < 500; i++) {
      ColumnFamily family = random.nextBoolean() ? LOG : META;
      byte[] key = new byte[1 + random.nextInt(200)];
      random.nextBytes(key);
      if (random.nextInt(4) == 0) {
        batch.delete(family, key);
      } else {
        byte[] value = new byte[random.nextInt(300)];
        random.nextBytes(value);
        batch.put(family, key, value);
      }
    }
    return batch;
  }

  private static List<String> describe(StorageBatch batch, Map<ColumnFamily, Integer> ids) {
    return batch.mutations().stream()
        .map(
            mutation -> {
              byte[] value = mutation.value();
              String key = ids.get(mutation.family()) + " " + hex(mutation.key());
              return value == null ? "delete " + key : "put " + key + " " + hex(value);
            })
        .toList();
  }

  private static List<String> replay(byte[] encoded) throws RocksDBException {
    try (var batch = new WriteBatch(encoded);
        var recorder = new Recorder()) {
      batch.iterate(recorder);
      assertThat(batch.count()).isEqualTo(recorder.changes.size());
      return recorder.changes;
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** Notes puts and deletes; anything else is a mistake. */
  private static final class Recorder extends WriteBatch.Handler {
    private final List<String> changes = new ArrayList<>();

    @Override
    public void put(int family, byte[] key, byte[] value) {
      changes.add("put " + family + " " + hex(key) + " " + hex(value));
    }

    @Override
    public void delete(int family, byte[] key) {
      changes.add("delete " + family + " " + hex(key));
    }

    @Override
    public void put(byte[] key, byte[] value) {
      changes.add("put without a family");
    }

    @Override
    public void delete(byte[] key) {
      changes.add("delete without a family");
    }

    @Override
    public void merge(int family, byte[] key, byte[] value) {
      changes.add("merge");
    }

    @Override
    public void merge(byte[] key, byte[] value) {
      changes.add("merge");
    }

    @Override
    public void singleDelete(int family, byte[] key) {
      changes.add("single delete");
    }

    @Override
    public void singleDelete(byte[] key) {
      changes.add("single delete");
    }

    @Override
    public void deleteRange(int family, byte[] from, byte[] to) {
      changes.add("delete range");
    }

    @Override
    public void deleteRange(byte[] from, byte[] to) {
      changes.add("delete range");
    }

    @Override
    public void logData(byte[] data) {
      changes.add("log data");
    }

    @Override
    public void putBlobIndex(int family, byte[] key, byte[] value) {
      changes.add("blob");
    }

    @Override
    public void markBeginPrepare() {
      changes.add("begin prepare");
    }

    @Override
    public void markEndPrepare(byte[] id) {
      changes.add("end prepare");
    }

    @Override
    public void markNoop(boolean emptyBatch) {
      changes.add("noop");
    }

    @Override
    public void markRollback(byte[] id) {
      changes.add("rollback");
    }

    @Override
    public void markCommit(byte[] id) {
      changes.add("commit");
    }

    @Override
    public void markCommitWithTimestamp(byte[] id, byte[] timestamp) {
      changes.add("commit");
    }
  }
}
