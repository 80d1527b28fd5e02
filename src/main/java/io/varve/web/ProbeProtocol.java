package io.varve.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 with threads of its own for the probes of an orchestrator, on the same port. All other
 * requests run on virtual threads, and however many of these wait for a carrier, a probe is read,
 * judged and answered. Public since Tomcat makes it by its name.
 */
public final class ProbeProtocol extends Http11NioProtocol {
  /*
   * A request is known by its first bytes, which the poller reads into the buffer of the socket and
   * puts back: the thread that it is given to finds them there. A probe that comes byte by byte, or
   * over TLS, whose bytes say nothing yet, runs as other requests do.
   *
   * What comes behind a probe in the same packet must not run on its thread: ProbeClose closes the
   * connection with the answer. Probes of Kubernetes open a connection each time anyway.
   */
  static final int MAX_THREADS = 8;

  private static final int PEEK_BYTES = 24;
  private static final long IDLE_SECONDS = 60;
  private static final Pattern PROBE =
      Pattern.compile(
          "(?:GET|HEAD) /(?:(?:livez|readyz|startupz)[ ?]|actuator/health[ ?/]).*", Pattern.DOTALL);

  /** For Tomcat. */
  public ProbeProtocol() {
    super(new Endpoint());
  }

  /** A thread that answers probes and nothing else. */
  private static final class ProbeThread extends Thread {
    ProbeThread(Runnable task) {
      super(task, "varve-probe");
      setDaemon(true);
    }
  }

  /** Whether the calling thread is one for probes. */
  static boolean isProbeThread() {
    return Thread.currentThread() instanceof ProbeThread;
  }

  /** Whether a request that begins like this is a probe. */
  static boolean isProbe(String begin) {
    return PROBE.matcher(begin).matches();
  }

  private static final class Endpoint extends NioEndpoint {
    private volatile @Nullable ThreadPoolExecutor probes;

    @Override
    public void startInternal() throws Exception {
      probes =
          new ThreadPoolExecutor(
              1,
              MAX_THREADS,
              IDLE_SECONDS,
              TimeUnit.SECONDS,
              new SynchronousQueue<>(),
              ProbeThread::new);
      super.startInternal();
    }

    @Override
    public void stopInternal() {
      super.stopInternal();
      ThreadPoolExecutor executor = probes;
      if (executor != null) {
        executor.shutdown();
      }
    }

    @Override
    public boolean processSocket(
        SocketWrapperBase<NioChannel> socket, SocketEvent event, boolean dispatch) {
      ThreadPoolExecutor executor = probes;
      if (dispatch
          && event == SocketEvent.OPEN_READ
          && !isSSLEnabled()
          && executor != null
          && isProbe(peek(socket))) {
        try {
          executor.execute(createSocketProcessor(socket, event));
          return true;
        } catch (RejectedExecutionException _) {
          // More probes than there are threads: what follows is as good as any.
        }
      }
      return super.processSocket(socket, event, dispatch);
    }

    /** The first bytes that have come; they stay to be read. */
    private static String peek(SocketWrapperBase<NioChannel> socket) {
      ByteBuffer begin = ByteBuffer.allocate(PEEK_BYTES);
      try {
        if (socket.read(false, begin) <= 0) {
          return "";
        }
      } catch (IOException _) {
        return ""; // the thread that reads on meets it again
      }
      begin.flip();
      String text = StandardCharsets.ISO_8859_1.decode(begin.duplicate()).toString();
      socket.unRead(begin);
      return text;
    }
  }
}
