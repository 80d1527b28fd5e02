package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;

/**
 * The examples of {@code docs/API.md} do what the document says. With {@code
 * -Dvarve.documents.write=true} the document is rewritten with what they print.
 */
@VarveServer
@TestPropertySource(properties = "spring.application.name=varve-documents") // a store of its own
final class ApiDocumentIT {
  private static final Path DOCUMENT = Path.of("docs", "API.md");

  @LocalServerPort private int port;

  @Test
  void examples_printWhatTheDocumentSays() throws Exception {
    requireShell();
    ShellDocument written = ShellDocument.read(DOCUMENT);
    assertThat(written.size()).isGreaterThan(30);
    ShellDocument real = written.run(port);
    if (Boolean.getBoolean("varve.documents.write")) {
      real.write(DOCUMENT);
      return;
    }
    assertThat(real.comparable()).isEqualTo(written.comparable());
  }

  /** Where tests are run for real, a missing program is an error and no excuse. */
  private static void requireShell() throws IOException {
    for (String program : new String[] {"bash", "curl"}) {
      boolean isThere =
          Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
              .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
      if (System.getenv("CI") == null) {
        assumeTrue(isThere, program + " is not installed: the examples cannot be run");
      }
      assertThat(isThere).as(program + " is installed").isTrue();
    }
  }
}
