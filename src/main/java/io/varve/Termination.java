package io.varve;

import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Lets a process that was asked to stop, and did so cleanly, exit with status 0. Left alone the JVM
 * exits with 143 after SIGTERM, whatever the shutdown hooks did, and nobody could tell a clean stop
 * from another one.
 */
final class Termination {
  private static final Logger log = LoggerFactory.getLogger(Termination.class);

  private Termination() {}

  /**
   * Runs {@code stop} on the first SIGTERM, in place of what the JVM does.
   *
   * <p>By reflection, since javac warns of sun.misc.Signal in a way that cannot be suppressed; the
   * module jdk.unsupported exports it until there is a replacement.
   */
  static void onRequest(Runnable stop) {
    AtomicBoolean asked = new AtomicBoolean();
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object onSignal =
          Proxy.newProxyInstance(
              Termination.class.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, _) -> {
                if (method.getName().equals("handle") && asked.compareAndSet(false, true)) {
                  stop.run();
                }
                return null;
              });
      Object term = signal.getConstructor(String.class).newInstance("TERM");
      signal.getMethod("handle", signal, handler).invoke(null, term, onSignal);
    } catch (ReflectiveOperationException e) {
      log.warn("SIGTERM cannot be handled here: a clean stop will exit with status 143.", e);
    }
  }

  /** Stops the server and returns the exit status: the worst that any part of it asks for. */
  static int stop(ConfigurableApplicationContext context) {
    Collection<ExitCodeGenerator> parts =
        List.copyOf(context.getBeansOfType(ExitCodeGenerator.class).values());
    context.close();
    return parts.stream().mapToInt(ExitCodeGenerator::getExitCode).max().orElse(0);
  }
}
