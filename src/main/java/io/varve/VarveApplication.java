package io.varve;

import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the server, or makes a token for one. */
@SpringBootApplication(
    proxyBeanMethods = false,
    exclude = {
      // RequestMeters counts requests, and observations become spans, see TracingConfiguration.
      ObservationAutoConfiguration.class,
      WebMvcObservationAutoConfiguration.class
    })
public final class VarveApplication {
  private VarveApplication() {}

  @SuppressWarnings("SystemOut") // of a command that prints, before there is a log
  public static void main(String[] args) {
    if (args.length > 0 && args[0].equals(NewToken.COMMAND)) {
      System.exit(NewToken.run(List.of(args).subList(1, args.length), System.out, System.err));
    }
    Carriers.setUp(Runtime.getRuntime().availableProcessors());
    ConfigurableApplicationContext context = SpringApplication.run(VarveApplication.class, args);
    Termination.onRequest(() -> System.exit(Termination.stop(context)));
  }
}
