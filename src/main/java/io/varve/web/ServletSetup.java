package io.varve.web;

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
  ServletRegistrationBean<HttpRequestHandlerServlet> txnServlet() {
    var servlet = new ServletRegistrationBean<>(new HttpRequestHandlerServlet(), TxnHandler.PATH);
    servlet.setName(TxnHandler.NAME);
    return servlet;
  }
}
