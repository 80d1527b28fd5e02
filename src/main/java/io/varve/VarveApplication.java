package io.varve;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the server. */
@SpringBootApplication(proxyBeanMethods = false)
public final class VarveApplication {
  private VarveApplication() {}

  public static void main(String[] args) {
    ConfigurableApplicationContext context = SpringApplication.run(VarveApplication.class, args);
    Termination.onRequest(() -> System.exit(Termination.stop(context)));
  }
}
