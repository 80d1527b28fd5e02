package io.varve;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the server. */
@SpringBootApplication(
    proxyBeanMethods = false,
    exclude = {
      // RequestMeters counts requests, and observations become spans, see TracingConfiguration.
      ObservationAutoConfiguration.class,
      WebMvcObservationAutoConfiguration.class
    })
public final class VarveApplication {
  private VarveApplication() {}

  public static void main(String[] args) {
    ConfigurableApplicationContext context = SpringApplication.run(VarveApplication.class, args);
    Termination.onRequest(() -> System.exit(Termination.stop(context)));
  }
}
