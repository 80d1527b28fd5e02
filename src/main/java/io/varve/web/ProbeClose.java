package io.varve.web;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.http.HttpHeaders;

/**
 * Closes the connection of each request that has run on a thread for probes, so that no other
 * request follows it there.
 */
final class ProbeClose extends ValveBase {
  ProbeClose() {
    super(true);
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    if (ProbeProtocol.isProbeThread()) {
      response.setHeader(HttpHeaders.CONNECTION, "close");
    }
    getNext().invoke(request, response);
  }
}
