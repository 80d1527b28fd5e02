package io.varve.web;

import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.support.HttpRequestHandlerServlet;

/** What the server runs beside Spring MVC. */
@Configuration(proxyBeanMethods = false)
final class ServletSetup {
  @Bean
  ByteBudget byteBudget(WebLimits limits) {
    return new ByteBudget(limits.bytesInFlight());
  }

  @Bean
  Admission admission(WebLimits limits) {
    return new Admission(limits.concurrency(), System::nanoTime);
  }

  @Bean
  WorkPools workPools(WebLimits limits, ObjectProvider<ObservationRegistry> observations) {
    return new WorkPools(
        limits.pools(), observations.getIfAvailable(() -> ObservationRegistry.NOOP));
  }

  @Bean
  ServletRegistrationBean<HttpRequestHandlerServlet> txnServlet() {
    var servlet = new ServletRegistrationBean<>(new HttpRequestHandlerServlet(), TxnHandler.PATH);
    servlet.setName(TxnHandler.NAME);
    return servlet;
  }
}
