package io.varve.storage.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.ErrorCode;
import io.varve.model.StoreFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.Options;
import org.rocksdb.util.Environment;

/** Tests for {@link RocksDbLibrary}. */
@Timeout(120)
final class RocksDbLibraryTest {
  @TempDir Path temporary;

  @Test
  void load_twiceLeavesOneFile() throws Exception {
    Path directory = temporary.resolve("own");
    RocksDbLibrary.load(directory);
    assertThatLibraryIsAlone(directory);
    Object file = Files.getAttribute(directory.resolve(RocksDbLibrary.NAME), "unix:ino");

    RocksDbLibrary.load(directory);

    assertThatLibraryIsAlone(directory);
    assertThat(Files.getAttribute(directory.resolve(RocksDbLibrary.NAME), "unix:ino"))
        .isEqualTo(file);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
  }

  @Test
  void load_replacesWhatIsNotTheLibrary() throws Exception {
    Path directory = temporary.resolve("own");
    RocksDbLibrary.load(directory);
    Path file = directory.resolve(RocksDbLibrary.NAME);
    byte[] whole = Files.readAllBytes(file);
    byte[] changed = whole.clone();
    changed[changed.length - 1] ^= 1;
    for (byte[] content :
        List.of(
            changed,
            Arrays.copyOf(whole, whole.length - 1),
            Arrays.copyOf(whole, whole.length + 1),
            new byte[0])) {
      Files.write(file, content);
      Files.write(directory.resolve("new"), content); // as a process leaves it that is killed

      RocksDbLibrary.load(directory);

      assertThatLibraryIsAlone(directory);
    }
  }

  @Test
  void load_doesNotFollowALink() throws Exception {
    Path directory = temporary.resolve("own");
    RocksDbLibrary.load(directory);
    Path file = directory.resolve(RocksDbLibrary.NAME);
    Path elsewhere = Files.move(file, temporary.resolve("elsewhere"));
    Files.createSymbolicLink(file, elsewhere);

    RocksDbLibrary.load(directory);

    assertThat(Files.isSymbolicLink(file)).isFalse();
    assertThatLibraryIsAlone(directory);
  }

  @Test
  void load_refusesADirectoryThatOthersMayWrite() throws Exception {
    Path open = Files.createDirectory(temporary.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path own = temporary.resolve("own");
    RocksDbLibrary.load(own);
    Path link = Files.createSymbolicLink(temporary.resolve("link"), own);

    for (Path directory : List.of(open, link, Files.createFile(temporary.resolve("file")))) {
      StoreFailure.expect(ErrorCode.STORAGE_IO, () -> RocksDbLibrary.load(directory));
    }

    assertThat(open).isEmptyDirectory();
  }

  @Test
  void load_byManyProcessesAtOnceAndAfterKills() throws Exception {
    for (int round = 0; round < 2; round++) {
      List<Process> processes = new ArrayList<>();
      try {
        for (int i = 0; i < 3; i++) {
          processes.add(new ProcessBuilder(command()).redirectErrorStream(true).start());
        }
        for (Process process : processes) {
          BufferedReader said = process.inputReader();
          assertThat(said.readLine()).isEqualTo(Loader.READY);
        }
      } finally {
        for (Process process : processes) {
          process.destroyForcibly().waitFor();
        }
      }

      List<Path> left = list(temporary);
      assertThat(left).hasSize(1);
      assertThatLibraryIsAlone(left.getFirst());
    }
  }

  private List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-Djava.io.tmpdir=" + temporary,
        "-cp",
        System.getProperty("java.class.path"),
        Loader.class.getName());
  }

  /** Uses the library until its process is killed. */
  static final class Loader {
    static final String READY = "loaded";

    private Loader() {}

    @SuppressWarnings("SystemOut") // the test reads it
    static void main(String[] args) throws IOException {
      RocksDbLibrary.load();
      try (var _ = new Options()) {
        System.out.println(READY);
        while (System.in.read() >= 0) {
          // Nobody writes.
        }
      }
    }
  }

  private static void assertThatLibraryIsAlone(Path directory) throws IOException {
    Path file = directory.resolve(RocksDbLibrary.NAME);
    assertThat(list(directory)).containsExactly(file, directory.resolve("lock"));
    String name = Environment.getJniLibraryFileName("rocksdb");
    try (InputStream carried = Options.class.getClassLoader().getResourceAsStream(name)) {
      assertThat(carried).isNotNull();
      assertThat(Arrays.equals(Files.readAllBytes(file), carried.readAllBytes())).isTrue();
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    }
  }
}
