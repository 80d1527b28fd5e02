package io.varve.bench.soak;

import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.StoreException;
import io.varve.model.Value;
import io.varve.txn.ReadPoint;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionRef;
import io.varve.txn.TransactionRegistry;
import io.varve.txn.TransactionStatus;
import io.varve.txn.WriteView;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An interactive transaction of the registry, which finds it by its id at each call. */
final class EmbeddedTransaction implements SoakTransaction {
  private final TransactionRegistry registry;
  private final TransactionRef transaction;
  private final long snapshotRevision;
  private boolean isOver;

  private EmbeddedTransaction(
      TransactionRegistry registry, TransactionRef transaction, long snapshotRevision) {
    this.registry = registry;
    this.transaction = transaction;
    this.snapshotRevision = snapshotRevision;
  }

  static EmbeddedTransaction begin(TransactionRegistry registry) {
    TransactionStatus begun = registry.begin("", TransactionOptions.DEFAULTS, ReadPoint.LATEST);
    long snapshot = Objects.requireNonNull(begun.lease()).snapshot().value();
    return new EmbeddedTransaction(registry, new TransactionRef("", begun.id()), snapshot);
  }

  @Override
  public long snapshotRevision() {
    return snapshotRevision;
  }

  @Override
  public @Nullable Stored get(String key) {
    return registry.<@Nullable Stored>call(
        transaction, view -> EmbeddedStore.stored(view.get(Key.of(key))));
  }

  @Override
  public List<Stored> scan(Span span) {
    return registry.call(transaction, view -> EmbeddedStore.all(view, span));
  }

  @Override
  public void put(String key, String value) {
    write(view -> view.put(Key.of(key), Value.of(value)));
  }

  @Override
  public void delete(String key) {
    write(view -> view.delete(Key.of(key)));
  }

  private void write(Consumer<WriteView> work) {
    boolean _ =
        registry.call(
            transaction,
            view -> {
              work.accept(view);
              return true;
            });
  }

  @Override
  public OptionalLong commit() {
    isOver = true;
    try {
      return OptionalLong.of(
          registry.commit(transaction, _ -> {}, _ -> List.of()).revision().value());
    } catch (StoreException e) {
      if (e.code() == ErrorCode.TRANSACTION_CONFLICT) {
        return OptionalLong.empty();
      }
      throw e;
    }
  }

  @Override
  public void close() {
    if (!isOver) {
      isOver = true;
      registry.rollback(transaction);
    }
  }
}
