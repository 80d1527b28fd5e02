package io.varve.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Tests for {@link RocksDbSettings}. */
final class RocksDbSettingsTest {
  private static final Path DIRECTORY = Path.of("db");

  private final RocksDbSettings defaults = RocksDbSettings.defaults(DIRECTORY);

  @Test
  void with_changesOneThing() {
    RocksDbSettings changed =
        defaults
            .withBlockCacheBytes(1 << 20)
            .withWriteBufferBytes(2 << 20, 3 << 20)
            .withMaxBackgroundJobs(7)
            .withSstTargetBytes(4 << 20)
            .withLevel0Triggers(2, 30, 40)
            .withVerifyChecksums(false);

    assertThat(changed)
        .isEqualTo(
            new RocksDbSettings(
                DIRECTORY, 1 << 20, 2 << 20, 3 << 20, 7, 4 << 20, 2, 30, 40, false));
    assertThat(defaults).isEqualTo(RocksDbSettings.defaults(DIRECTORY));
  }

  @Test
  void settings_refuseWhatMakesNoSense() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withBlockCacheBytes(-1))
        .withMessageContaining("blockCacheBytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withWriteBufferBytes(0, 1 << 20));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> defaults.withWriteBufferBytes(1 << 20, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> defaults.withMaxBackgroundJobs(0));
    assertThatIllegalArgumentException().isThrownBy(() -> defaults.withSstTargetBytes(0));
    assertThatIllegalArgumentException().isThrownBy(() -> defaults.withLevel0Triggers(0, 1, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> defaults.withLevel0Triggers(4, 3, 5));
    assertThatIllegalArgumentException().isThrownBy(() -> defaults.withLevel0Triggers(4, 8, 7));
  }
}
