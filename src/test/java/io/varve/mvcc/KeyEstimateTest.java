package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.varve.model.Key;
import io.varve.storage.ColumnFamily;
import io.varve.storage.InMemoryStorageService;
import io.varve.storage.SortedIngest;
import io.varve.storage.StorageService;
import io.varve.storage.rocksdb.NoLeaks;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
final class KeyEstimateTest {
  @TempDir private Path directory;

  @Test
  void of_smallStore_isExact() {
    try (StorageService storage = InMemoryStorageService.create()) {
      assertThat(KeyEstimate.of(storage)).isZero();
      write(storage, 0, 700, 3);
      assertThat(KeyEstimate.of(storage)).isEqualTo(700);
    }
  }

  @Test
  void of_largeStore_isClose() {
    RocksDbSettings settings =
        RocksDbSettings.defaults(directory.resolve("db")).withSstTargetBytes(1 << 18);
    try (StorageService storage = RocksDbStorageService.open(settings)) {
      // One stretch alone, the first or another, would be far off.
      write(storage, 0, 20_000, 1);
      write(storage, 20_000, 40_000, 4);
      assertThat((double) KeyEstimate.of(storage)).isCloseTo(40_000, within(10_000.0));
    }
  }

  private static void write(StorageService storage, int from, int to, int versions) {
    try (SortedIngest rows = storage.ingest(ColumnFamily.VERSIONS)) {
      for (int i = from; i < to; i++) {
        Key key = Key.of(String.format(Locale.ROOT, "key-%08d", i));
        for (int revision = versions; revision > 0; revision--) {
          rows.put(VersionedKeyCodec.encode(key, revision), new byte[64]);
        }
      }
      rows.commit();
    }
  }
}
