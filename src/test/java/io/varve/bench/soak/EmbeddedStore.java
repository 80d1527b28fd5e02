package io.varve.bench.soak;

import io.varve.model.Entry;
import io.varve.model.HistoryEntry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.ScanPage;
import io.varve.model.Value;
import io.varve.txn.AdaptiveBatchWriter;
import io.varve.txn.Executed;
import io.varve.txn.Isolation;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.ReadPoint;
import io.varve.txn.ReadView;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionRegistry;
import io.varve.txn.WriteView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store in this process, through the same calls as the web layer makes. */
final class EmbeddedStore implements SoakStore {
  private static final TransactionOptions BLIND =
      TransactionOptions.DEFAULTS.with(Isolation.SNAPSHOT);

  private final MvccTransactionManager transactions;
  private final TransactionRegistry registry;

  EmbeddedStore(MvccTransactionManager transactions, TransactionRegistry registry) {
    this.transactions = transactions;
    this.registry = registry;
  }

  @Override
  public @Nullable Stored get(String key) {
    return read(ReadPoint.LATEST, key);
  }

  @Override
  public @Nullable Stored getAt(String key, long revision) {
    return read(at(revision), key);
  }

  private @Nullable Stored read(ReadPoint point, String key) {
    return transactions.<@Nullable Stored>read(point, view -> stored(view.get(Key.of(key))));
  }

  @Override
  public Snapshot scan(Span span) {
    return scan(ReadPoint.LATEST, span);
  }

  @Override
  public Snapshot scanAt(Span span, long revision) {
    return scan(at(revision), span);
  }

  private Snapshot scan(ReadPoint point, Span span) {
    return transactions.read(
        point, view -> new Snapshot(view.readRevision().value(), all(view, span)));
  }

  private static ReadPoint at(long revision) {
    return new ReadPoint.AtRevision(new Revision(revision));
  }

  /** In pages, as the web layer reads them. */
  static List<Stored> all(ReadView view, Span span) {
    List<Stored> found = new ArrayList<>();
    KeyRange rest = new KeyRange(Key.of(span.start()), Key.of(span.end()));
    while (rest != null) {
      ScanPage page = view.scan(rest, ScanOptions.first(500));
      page.entries().forEach(entry -> found.add(Objects.requireNonNull(stored(entry))));
      rest = page.rest();
    }
    return found;
  }

  static @Nullable Stored stored(@Nullable Entry entry) {
    return entry == null
        ? null
        : new Stored(
            Objects.requireNonNull(entry.key().utf8()),
            Objects.requireNonNull(entry.value().utf8()),
            entry.revision().value());
  }

  @Override
  public List<Version> history(String key, int limit) {
    return transactions.history(Key.of(key), limit).stream().map(EmbeddedStore::version).toList();
  }

  private static Version version(HistoryEntry entry) {
    Value value = entry.value();
    return new Version(entry.revision().value(), value == null ? null : value.utf8());
  }

  @Override
  public long put(String key, String value) {
    return batch(List.of(new Change.Put(key, value)));
  }

  @Override
  public OptionalLong delete(String key) {
    Executed<Boolean> done =
        transactions.execute(
            TransactionOptions.DEFAULTS,
            view -> {
              boolean isThere = view.get(Key.of(key)) != null;
              if (isThere) {
                view.delete(Key.of(key));
              }
              return isThere;
            });
    return done.wrote() ? OptionalLong.of(done.revision().value()) : OptionalLong.empty();
  }

  @Override
  public long batch(List<Change> changes) {
    Executed<Boolean> done =
        transactions.execute(
            BLIND,
            view -> {
              changes.forEach(change -> apply(change, view));
              return true;
            });
    return done.revision().value();
  }

  private static void apply(Change change, WriteView view) {
    switch (change) {
      case Change.Put put -> view.put(Key.of(put.key()), Value.of(put.value()));
      case Change.Delete delete -> view.delete(Key.of(delete.key()));
    }
  }

  @Override
  public long bulk(List<Change> changes) {
    AdaptiveBatchWriter writer = transactions.bulkWriter(changes.size(), "soak");
    for (Change change : changes) {
      switch (change) {
        case Change.Put put -> writer.put(Key.of(put.key()), Value.of(put.value()));
        case Change.Delete delete -> writer.delete(Key.of(delete.key()));
      }
    }
    return writer.finish().revision().value();
  }

  @Override
  public <T> Done<T> execute(Function<SoakView, T> work) {
    Executed<T> done =
        transactions.execute(
            TransactionOptions.DEFAULTS, view -> work.apply(new EmbeddedView(view)));
    return new Done<>(done.result(), done.revision().value(), done.attempts() - 1);
  }

  @Override
  public SoakTransaction begin() {
    return EmbeddedTransaction.begin(registry);
  }

  /** A transaction as it runs. */
  private record EmbeddedView(WriteView view) implements SoakView {
    @Override
    public @Nullable Stored get(String key) {
      return stored(view.get(Key.of(key)));
    }

    @Override
    public List<Stored> scan(Span span) {
      return all(view, span);
    }

    @Override
    public void put(String key, String value) {
      view.put(Key.of(key), Value.of(value));
    }

    @Override
    public void delete(String key) {
      view.delete(Key.of(key));
    }
  }
}
