package io.varve.web;

import io.varve.model.Key;
import io.varve.model.StoreErrors;
import io.varve.model.Value;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.TransactionOptions;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Requests that fail in ways a test cannot bring about from outside, one a path. */
@TestComponent
@RestController
final class TestFaults {
  private static final Key CONTESTED = Key.of("contested");

  private final MvccTransactionManager transactions;

  TestFaults(MvccTransactionManager transactions) {
    this.transactions = transactions;
  }

  /** Another transaction writes the key during every attempt of this one. */
  @PostMapping("/test/conflict")
  void conflict() {
    TransactionOptions options = TransactionOptions.DEFAULTS;
    transactions.execute(
        options,
        view -> {
          var _ = view.get(CONTESTED);
          transactions.execute(
              options.labelled("rival"),
              rival -> {
                rival.put(CONTESTED, Value.of("secret"));
                return true;
              });
          view.put(CONTESTED, Value.of("secret"));
          return true;
        });
  }

  @PostMapping("/test/bug")
  void bug() {
    throw new IllegalStateException("secret");
  }

  @PostMapping("/test/unknown-outcome")
  void unknownOutcome() {
    throw StoreErrors.unknownOutcome(null);
  }

  @PostMapping("/test/stall")
  void stall() {
    throw StoreErrors.writeStall(256, 256, 4001);
  }

  @PostMapping("/test/io")
  void io() {
    throw StoreErrors.io("write", "the disk is gone.", null);
  }

  @PostMapping("/test/too-many")
  void tooMany() {
    throw StoreErrors.tooManyTransactions(7);
  }
}
