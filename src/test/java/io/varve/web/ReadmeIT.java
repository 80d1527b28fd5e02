package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.varve.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The five minutes with curl in {@code README.md} come out as it says, on a new store, with the
 * process killed in the middle. With {@code -Dvarve.documents.write=true} the document is rewritten
 * with what the commands print.
 */
final class ReadmeIT {
  private static final Path DOCUMENT = Path.of("README.md");
  private static final Pattern STORE_ID = Pattern.compile("Varve-Store-Id: ([0-9a-f]{16})");
  private static final List<String> HEAP = List.of("-Xmx256m");

  @TempDir private Path temp;

  private final int port = ServerProcess.portThatStaysFree();
  private final String setting = "--server.port=" + port;
  private ServerProcess server;

  @BeforeEach
  void startServer() throws IOException {
    server = ServerProcess.start(temp, "first", HEAP, setting);
  }

  @AfterEach
  void stopServer() throws InterruptedException {
    server.kill();
  }

  @Test
  void fiveMinutes_areAsTheReadmeSays() throws Exception {
    ShellDocument.requireShell();
    Matcher writtenId = STORE_ID.matcher(Files.readString(DOCUMENT));
    assertThat(writtenId.find()).isTrue();
    String id = server.api().get("/v1/status").storeId();
    ShellDocument asked =
        ShellDocument.read(DOCUMENT)
            .withCommands(command -> command.replace(writtenId.group(1), id));
    assertThat(asked.size()).isGreaterThan(20);
    HttpServer killer = killer();
    try {
      ShellDocument real = asked.run(port, prologue(killer));
      if (Boolean.getBoolean("varve.documents.write")) {
        real.write(DOCUMENT);
        return;
      }
      assertThat(real.comparable()).isEqualTo(asked.comparable());
    } finally {
      killer.stop(0);
    }
  }

  /**
   * The server is not Maven's here, and may be one of several on this machine. So the command that
   * kills it asks this test to, and the one that starts it again finds it started.
   */
  private static String prologue(HttpServer killer) {
    return "pkill() { command curl -sS -X POST 127.0.0.1:"
        + killer.getAddress().getPort()
        + "; }\n./mvnw() { :; }";
  }

  private HttpServer killer() throws IOException {
    HttpServer killer =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
    killer.createContext("/", this::killAndStart);
    killer.start();
    return killer;
  }

  private void killAndStart(HttpExchange exchange) throws IOException {
    try (exchange) {
      server.kill();
      server = ServerProcess.start(temp, "second", HEAP, setting);
      exchange.sendResponseHeaders(204, -1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
