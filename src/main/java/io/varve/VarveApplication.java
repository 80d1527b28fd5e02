package io.varve;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.webmvc.autoconfigure.WebMvcObservationAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the server. */
@SpringBootApplication(
    proxyBeanMethods = false,
    exclude = WebMvcObservationAutoConfiguration.class) // RequestMeters counts requests
public final class VarveApplication {
  private VarveApplication() {}

  public static void main(String[] args) {
    ConfigurableApplicationContext context = SpringApplication.run(VarveApplication.class, args);
    Termination.onRequest(() -> System.exit(Termination.stop(context)));
  }
}
