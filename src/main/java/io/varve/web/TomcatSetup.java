package io.varve.web;

import io.varve.model.OwnDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

/**
 * Lets paths through that the server would refuse with a page of its own, and replaces that page:
 * our errors are problems. Bounds what {@code server.tomcat} has no setting for.
 */
final class TomcatSetup implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
  private static final Logger log = LoggerFactory.getLogger(TomcatSetup.class);
  private static final String PASS_THROUGH = EncodedSolidusHandling.PASS_THROUGH.getValue();

  /** A client and the proxies on its way send about thirty. */
  private static final String MAX_HEADERS = "100";

  private final Problems problems;
  private final RevisionHeaders headers;
  private final SafetyHeaders safety;
  private final EdgeSettings edge;

  TomcatSetup(Problems problems, RevisionHeaders headers, SafetyHeaders safety, EdgeSettings edge) {
    this.problems = problems;
    this.headers = headers;
    this.safety = safety;
    this.edge = edge;
  }

  @Override
  public void customize(TomcatServletWebServerFactory server) {
    setDirectories(server);
    server.setProtocol(ProbeProtocol.class.getName());
    server.addConnectorCustomizers(TomcatSetup::setUp);
    server.addContextCustomizers(
        context -> {
          // An answer that is compressed has its end to send once the request was sent on.
          context.setSuspendWrappedResponseAfterForward(false);
          context.getPipeline().addValve(new WholeAnswer());
          var host = context.getParent();
          host.getPipeline().addValve(new ProblemValve(problems, headers, safety));
          // Outside of it, since an error is an answer too.
          host.getParent().getPipeline().addValve(new ProbeClose());
          host.getParent().getPipeline().addValve(new UnreadBody(edge.bodyTimeout()));
        });
  }

  /**
   * It writes nothing there, but would make new directories at each start, and a kill leave them.
   */
  private static void setDirectories(TomcatServletWebServerFactory server) {
    if (!OwnDirectory.isSupported() || server.getBaseDirectory() != null) {
      return;
    }
    Path base = OwnDirectory.path().resolve("tomcat");
    try {
      OwnDirectory.make(OwnDirectory.path());
      Path documents = Files.createDirectories(base.resolve("documents"));
      server.setBaseDirectory(base.toFile());
      server.setDocumentRoot(documents.toFile());
    } catch (IOException e) {
      log.warn(
          "Tomcat makes directories of its own, since {} cannot be used: {}", base, e.toString());
    }
  }

  private static void setUp(Connector connector) {
    connector.setEncodedSolidusHandling(PASS_THROUGH);
    connector.setEncodedReverseSolidusHandling(PASS_THROUGH);
    // A client that waits for leave to send its body gets it once we want to read it.
    connector.setProperty("continueResponseTiming", "onRead");
    connector.setProperty("maxHeaderCount", MAX_HEADERS);
  }
}
