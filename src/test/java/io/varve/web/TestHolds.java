package io.varve.web;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Calls that take a turn of their kind, and keep it until they are let go. */
@TestComponent
@RestController
@Guarded(Guarded.By.CALLER)
final class TestHolds {
  private final Admission admission;
  private final Queue<CountDownLatch> held = new ConcurrentLinkedQueue<>();

  TestHolds(Admission admission) {
    this.admission = admission;
  }

  @PostMapping("/test/hold-turn")
  boolean hold(@RequestParam String kind) {
    return switch (kind) {
      case "reads" -> admission.read(this::await);
      case "writes" -> admission.write(this::await);
      default -> admission.scan(this::await);
    };
  }

  private boolean await() {
    CountDownLatch letGo = new CountDownLatch(1);
    held.add(letGo);
    try {
      return letGo.await(60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** How many do. */
  int holding() {
    return held.size();
  }

  /** Lets all of them go. */
  void letGo() {
    held.forEach(CountDownLatch::countDown);
    held.clear();
  }
}
