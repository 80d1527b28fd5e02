package io.varve.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.info.Info;

/** Tests for {@link AllocatorInfo}. */
final class AllocatorInfoTest {
  @TempDir private Path temp;

  private Object told(Path maps) {
    Info.Builder builder = new Info.Builder();
    new AllocatorInfo(maps).contribute(builder);
    return builder.build().getDetails();
  }

  private Path maps(String library) throws IOException {
    return Files.writeString(
        temp.resolve("maps"),
        "7f00-7f01 r-xp 00000000 08:01 12 /usr/lib/libc.so.6\n7f02-7f03 r-xp 0 08:01 13 "
            + library
            + "\n");
  }

  @Test
  void libraryThatIsMapped_isTold() throws IOException {
    assertThat(told(maps("/usr/lib/x86_64-linux-gnu/libjemalloc.so.2")))
        .isEqualTo(Map.of("memory", Map.of("allocator", "jemalloc")));
    assertThat(told(maps("/usr/lib/libm.so.6")))
        .isEqualTo(Map.of("memory", Map.of("allocator", "system")));
  }

  @Test
  void mapThatIsNotThere_isUnknown() {
    assertThat(told(temp.resolve("none")))
        .isEqualTo(Map.of("memory", Map.of("allocator", "unknown")));
  }
}
