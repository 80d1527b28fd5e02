package io.varve.web;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.varve.model.StoreException;
import io.varve.tracing.TransactionContext;
import io.varve.txn.Executed;
import java.util.function.Supplier;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Shows transactions in the traces of requests; does nothing where there are no traces. */
@Component
final class TransactionSpans {
  private final ObservationRegistry observations;

  TransactionSpans(ObjectProvider<ObservationRegistry> observations) {
    this.observations = observations.getIfAvailable(() -> ObservationRegistry.NOOP);
  }

  <T> Executed<T> observe(Supplier<Executed<T>> transaction) {
    return observations.isNoop() ? transaction.get() : observed(transaction);
  }

  private <T> Executed<T> observed(Supplier<Executed<T>> transaction) {
    var context = new TransactionContext();
    Observation observation = Observation.start("transaction", () -> context, observations);
    try (Observation.Scope _ = observation.openScope()) {
      Executed<T> done = transaction.get();
      context.committed(done.revision().value(), done.wrote(), done.attempts());
      return done;
    } catch (StoreException e) {
      context.refused(e.code().name(), HttpStatuses.of(e.code()).is5xxServerError());
      throw e;
    } finally {
      observation.stop();
    }
  }
}
