#!/usr/bin/env bash
# A servlet that answers a stalled upload as planned still ends in a broken chunked answer under Tomcat.
#
# One would guess: a servlet that has begun its chunked answer, catches the SocketTimeoutException of a body that does not
# come, writes a last line that says so and returns normally, has sent a whole answer: its last chunk is followed by the
# chunk of length 0, and the client can tell it from one that broke off.
#
# What happens: the failed read has marked the request as failed inside the container. When the servlet returns, the error
# valve finds a committed answer with an error that was not reported, flushes, and closes the socket. All bytes that were
# written arrive, and the end does not: for a client that checks, the careful last line looks like the last one before a
# crash. Nothing is logged.
#
# What follows: close the output stream of the answer before the servlet returns (a filter can do it for all). The end is
# then written before the container looks at the error. The same servlet with the close is the second case below.
#
# Tried with org.apache.tomcat.embed:tomcat-embed-core 11.0.27, Java 17 and 25, Linux, 2026-11-30.
# Source: RFC 9112, section 8 (an answer whose zero chunk is missing is incomplete); ErrorReportValve of Tomcat.
set -euo pipefail

version=11.0.27
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

mvn -q -B dependency:copy -Dartifact="org.apache.tomcat.embed:tomcat-embed-core:$version" -DoutputDirectory=.
mvn -q -B dependency:copy -Dartifact="org.apache.tomcat:tomcat-annotations-api:$version" -DoutputDirectory=.
cat >Stalled.java <<'JAVA'
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

final class Stalled {
  static final class Upload extends HttpServlet {
    private final boolean closes;

    Upload(boolean closes) {
      this.closes = closes;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      var out = response.getOutputStream();
      response.flushBuffer();
      try {
        request.getInputStream().readAllBytes();
        out.print("all\n");
      } catch (IOException e) {
        out.print("stopped\n"); // on purpose: the client is to know
      }
      if (closes) {
        out.close();
      }
    }
  }

  public static void main(String[] args) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(args[0]);
    Connector connector = new Connector();
    connector.setPort(0);
    connector.setProperty("address", "127.0.0.1");
    connector.setProperty("connectionTimeout", "1000");
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", Path.of(args[0]).toString());
    for (boolean closes : new boolean[] {false, true}) {
      Tomcat.addServlet(context, "closes-" + closes, new Upload(closes));
      context.addServletMappingDecoded("/closes-" + closes, "closes-" + closes);
    }
    tomcat.start();
    for (boolean closes : new boolean[] {false, true}) {
      try (var socket = new Socket("127.0.0.1", connector.getLocalPort())) {
        socket.setSoTimeout(20_000);
        String head =
            "POST /closes-" + closes + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        System.out.println(
            "stream closed by the servlet: " + closes
                + ", last line sent: " + answer.contains("stopped\n")
                + ", answer ended: " + answer.endsWith("\r\n0\r\n\r\n"));
      }
    }
    tomcat.stop();
    tomcat.destroy();
  }
}
JAVA
echo "tomcat-embed-core $version, Java $(java -XshowSettings:properties -version 2>&1 | sed -n 's/ *java.version = //p')"
javac -cp "tomcat-embed-core-$version.jar" Stalled.java
java -cp "tomcat-embed-core-$version.jar:tomcat-annotations-api-$version.jar:." Stalled "$work/base" 2>/dev/null | tee seen
diff seen - <<'SEEN'
stream closed by the servlet: false, last line sent: true, answer ended: false
stream closed by the servlet: true, last line sent: true, answer ended: true
SEEN
