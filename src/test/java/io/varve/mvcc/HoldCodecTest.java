package io.varve.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.ErrorCode;
import io.varve.model.Hold;
import io.varve.model.Revision;
import io.varve.model.StoreFailure;
import io.varve.storage.ColumnFamily;
import io.varve.storage.InMemoryStorageService;
import io.varve.storage.StorageBatch;
import io.varve.storage.StorageService;
import io.varve.storage.WriteSync;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link HoldCodec}. The bytes are on disk: never change an expected value. */
final class HoldCodecTest {
  private static final String KEY = "hold/00000000000000ab";
  private static final String HEAD =
      "0000000000000391" // revision
          + "0000018bcfe56800" // made at
          + "0000018bd12f01c0"; // ends at

  private final StorageService storage = InMemoryStorageService.create();

  private static Hold hold(@Nullable String label) {
    return new Hold(
        "00000000000000ab",
        new Revision(913),
        label,
        Instant.ofEpochMilli(1_700_000_000_000L),
        Instant.ofEpochMilli(1_700_021_600_704L));
  }

  @Test
  void put_goldenBytes() {
    assertThat(written(hold("né"))).isEqualTo(HEAD + "01" + "6ec3a9");
    assertThat(written(hold(""))).isEqualTo(HEAD + "01");
    assertThat(written(hold(null))).isEqualTo(HEAD + "00");
  }

  private @Nullable String written(Hold hold) {
    storage.write(HoldCodec.put(new StorageBatch(), hold), WriteSync.SYNCED);
    byte[] row = storage.get(ColumnFamily.META, KEY.getBytes(StandardCharsets.US_ASCII));
    return row == null ? null : HexFormat.of().formatHex(row);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "né", "nightly export"})
  void decode_whatWasPut(@Nullable String label) {
    String row = written(hold(label));

    assertThat(row).isNotNull();
    assertThat(decode(KEY, row)).isEqualTo(hold(label));
  }

  @ParameterizedTest
  @CsvSource({
    KEY + ", " + "00",
    KEY + ", " + HEAD,
    KEY + ", " + "ffffffffffffffff0000018bcfe568000000018bd12f01c000",
    "hold/, " + HEAD + "00",
    "hold/00000000000000AB, " + HEAD + "00",
    "hold/00000000000000ab0, " + HEAD + "00"
  })
  void decode_damaged(String key, String row) {
    StoreFailure.expect(ErrorCode.STORAGE_CORRUPTED, () -> decode(key, row));
  }

  private static Hold decode(String key, String row) {
    return HoldCodec.decode(key.getBytes(StandardCharsets.US_ASCII), HexFormat.of().parseHex(row));
  }
}
