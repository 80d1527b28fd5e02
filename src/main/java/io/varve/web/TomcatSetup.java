package io.varve.web;

import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Lets paths through that the server would refuse with a page of its own, and replaces that page:
 * our errors are problems.
 */
@Component
final class TomcatSetup implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {
  private final Problems problems;
  private final RevisionHeaders headers;

  TomcatSetup(Problems problems, RevisionHeaders headers) {
    this.problems = problems;
    this.headers = headers;
  }

  @Override
  public void customize(TomcatServletWebServerFactory server) {
    String passThrough = EncodedSolidusHandling.PASS_THROUGH.getValue();
    server.addConnectorCustomizers(
        connector -> {
          connector.setEncodedSolidusHandling(passThrough);
          connector.setEncodedReverseSolidusHandling(passThrough);
          // A client that waits for leave to send its body gets it once we want to read it.
          connector.setProperty("continueResponseTiming", "onRead");
        });
    server.addContextCustomizers(
        context -> context.getParent().getPipeline().addValve(new ProblemValve(problems, headers)));
  }
}
