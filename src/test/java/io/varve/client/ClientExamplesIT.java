package io.varve.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.web.VarveServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;

/**
 * The examples of {@code docs/java-client.md}, which must stand here word for word, or in a test of
 * what they are about.
 */
@VarveServer
final class ClientExamplesIT {
  private static final Pattern JAVA = Pattern.compile("(?s)```java\n(.*?)```");

  @LocalServerPort private int port;
  private VarveClient varve = VarveClient.connect(URI.create("http://localhost:1"));

  @BeforeEach
  void connect() {
    varve.close();
    URI uri = URI.create("http://127.0.0.1:" + port);
    varve = VarveClient.connect(uri);
  }

  @AfterEach
  void close() {
    varve.close();
  }

  @Test
  void singleKeys() {
    varve.put("users/42", "Ada");
    Optional<VarveEntry> user = varve.get("users/42");
    String name = user.map(VarveEntry::text).orElse("nobody");

    Conditional<PutResult> renamed = varve.replace(user.orElseThrow(), "Ada Lovelace");
    String told =
        switch (renamed) {
          case Conditional.Applied<PutResult>(var put) -> "at revision " + put.revision();
          case Conditional.Refused<PutResult> _ -> "somebody was faster";
        };
    assertThat(name).isEqualTo("Ada");
    assertThat(told).startsWith("at revision ");
  }

  @Test
  void ranges() {
    varve.put("client-users/1", "Grace");
    try (var users = varve.scanAll(Scan.prefix("client-users/"))) {
      List<String> names = users.map(VarveEntry::text).toList();
      assertThat(names).containsExactly("Grace");
    }
  }

  @Test
  void transactions() {
    varve.put("accounts/a", "100");
    varve.put("accounts/b", "0");
    long left =
        varve.transact(
            tx -> {
              long a = Long.parseLong(tx.get("accounts/a").orElseThrow().text());
              long b = Long.parseLong(tx.get("accounts/b").orElseThrow().text());
              tx.put("accounts/a", Long.toString(a - 30));
              tx.put("accounts/b", Long.toString(b + 30));
              return a - 30;
            });
    assertThat(left).isEqualTo(70);
  }

  @Test
  void bulk() {
    BulkResult loaded =
        varve.bulkLoad(
            IntStream.range(0, 5_000).mapToObj(i -> Operation.put("client-bulk/" + i, "v" + i)));
    assertThat(loaded.operations()).isEqualTo(5_000);
  }

  @Test
  void guide_showsTheseExamples() throws IOException {
    Path tests = Path.of("src/test/java/io/varve/client");
    String source =
        Files.readString(tests.resolve("ClientExamplesIT.java"))
            + Files.readString(tests.resolve("TokenTest.java"))
            + Files.readString(tests.resolve("TlsTest.java"));
    List<String> shown = new ArrayList<>();
    Matcher blocks = JAVA.matcher(Files.readString(Path.of("docs", "java-client.md")));
    while (blocks.find()) {
      shown.add(blocks.group(1));
    }
    assertThat(shown).hasSize(7);
    assertThat(shown).allSatisfy(block -> assertThat(words(source)).contains(words(block)));
  }

  private static String words(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }
}
