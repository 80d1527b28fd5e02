package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
    ShellDocument.requireShell();
    ShellDocument written = ShellDocument.read(DOCUMENT);
    assertThat(written.size()).isGreaterThan(30);
    ShellDocument real = written.run(port);
    if (Boolean.getBoolean("varve.documents.write")) {
      real.write(DOCUMENT);
      return;
    }
    assertThat(real.comparable()).isEqualTo(written.comparable());
  }
}
