package io.varve.bench.soak;

import io.varve.client.ClientTransaction;
import io.varve.client.CommitOutcome;
import io.varve.client.DeleteResult;
import io.varve.client.EntryReader;
import io.varve.client.Operation;
import io.varve.client.Scan;
import io.varve.client.TransactionOptions;
import io.varve.client.TransactionView;
import io.varve.client.VarveClient;
import io.varve.client.VarveEntry;
import io.varve.client.VarveKey;
import io.varve.client.VarveValue;
import io.varve.client.VarveVersion;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A service that runs somewhere, through the Java client. */
final class HttpStore implements SoakStore {
  private static final int MAX_ATTEMPTS = 100;

  private final VarveClient client;

  HttpStore(VarveClient client) {
    this.client = client;
  }

  @Override
  public @Nullable Stored get(String key) {
    return get(client, key);
  }

  @Override
  public @Nullable Stored getAt(String key, long revision) {
    return get(client.at(revision), key);
  }

  private static @Nullable Stored get(EntryReader reader, String key) {
    return reader.get(key).map(HttpStore::stored).orElse(null);
  }

  private static Stored stored(VarveEntry entry) {
    return new Stored(entry.key().text(), entry.text(), entry.revision());
  }

  /** In a transaction, which tells its revision. */
  @Override
  public Snapshot scan(Span span) {
    try (ClientTransaction reading = client.begin(TransactionOptions.reading())) {
      return new Snapshot(reading.snapshotRevision(), scan(reading, span));
    }
  }

  @Override
  public Snapshot scanAt(Span span, long revision) {
    return new Snapshot(revision, scan(client.at(revision), span));
  }

  private static List<Stored> scan(EntryReader reader, Span span) {
    try (Stream<VarveEntry> entries = reader.scan(Scan.range(span.start(), span.end()))) {
      return entries.map(HttpStore::stored).toList();
    }
  }

  @Override
  public List<Version> history(String key, int limit) {
    return client.history(VarveKey.of(key), limit).versions().stream()
        .map(HttpStore::version)
        .toList();
  }

  private static Version version(VarveVersion version) {
    return new Version(version.revision(), version.value().map(VarveValue::text).orElse(null));
  }

  @Override
  public long put(String key, String value) {
    return client.put(key, value).revision();
  }

  @Override
  public OptionalLong delete(String key) {
    DeleteResult result = client.delete(key);
    return result.deleted() ? OptionalLong.of(result.revision()) : OptionalLong.empty();
  }

  @Override
  public long batch(List<Change> changes) {
    return client.batch(changes.stream().map(HttpStore::operation).toList()).revision();
  }

  @Override
  public long bulk(List<Change> changes) {
    return client.bulkLoad(changes.stream().map(HttpStore::operation)).revision();
  }

  private static Operation.Write operation(Change change) {
    return switch (change) {
      case Change.Put put -> Operation.put(put.key(), put.value());
      case Change.Delete delete -> Operation.delete(delete.key());
    };
  }

  @Override
  public <T> Done<T> execute(Function<SoakView, T> work) {
    for (int conflicts = 0; conflicts < MAX_ATTEMPTS; conflicts++) {
      try (HttpTransaction transaction = begin()) {
        T result = work.apply(transaction);
        OptionalLong revision = transaction.commit();
        if (revision.isPresent()) {
          return new Done<>(result, revision.getAsLong(), conflicts);
        }
      }
    }
    throw new IllegalStateException("A transaction met others " + MAX_ATTEMPTS + " times.");
  }

  @Override
  public HttpTransaction begin() {
    return new HttpTransaction(client.begin());
  }

  /** An interactive transaction of the service. */
  static final class HttpTransaction implements SoakTransaction {
    private final ClientTransaction transaction;

    private HttpTransaction(ClientTransaction transaction) {
      this.transaction = transaction;
    }

    private TransactionView view() {
      return transaction;
    }

    @Override
    public long snapshotRevision() {
      return transaction.snapshotRevision();
    }

    @Override
    public @Nullable Stored get(String key) {
      return HttpStore.get(transaction, key);
    }

    @Override
    public List<Stored> scan(Span span) {
      return HttpStore.scan(transaction, span);
    }

    @Override
    public void put(String key, String value) {
      view().put(key, value);
    }

    @Override
    public void delete(String key) {
      view().delete(key);
    }

    @Override
    public OptionalLong commit() {
      return switch (transaction.commit()) {
        case CommitOutcome.Committed committed -> OptionalLong.of(committed.revision());
        case CommitOutcome.Conflicted _ -> OptionalLong.empty();
        case CommitOutcome.RolledBack rolledBack ->
            throw new IllegalStateException(rolledBack.problem().toString());
      };
    }

    @Override
    public void close() {
      transaction.close();
    }
  }
}
