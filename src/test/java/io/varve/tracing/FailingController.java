package io.varve.tracing;

import org.springframework.boot.test.context.TestComponent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** A bug among the calls that are traced. */
@TestComponent
@RestController
final class FailingController {
  @GetMapping("/v1/failing/{key}")
  void fail(@PathVariable String key) {
    throw new IllegalStateException("something is wrong with " + key);
  }
}
