package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.varve.model.Durability;
import io.varve.model.Entry;
import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Revision;
import io.varve.model.ScanOptions;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.OutcomeLimits;
import io.varve.mvcc.OverlayLimits;
import io.varve.storage.InMemoryStorageService;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A transaction manager over a store in the heap, with clocks that stand until a test moves them.
 */
final class ControlledManager implements AutoCloseable {
  static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  static final TransactionOptions SERIALIZABLE = TransactionOptions.DEFAULTS;
  static final TransactionOptions SNAPSHOT = SERIALIZABLE.with(Isolation.SNAPSHOT);
  static final TransactionOptions READ_ONLY = SERIALIZABLE.with(Isolation.READ_ONLY);

  private static final AtomicLong NEXT_ID = new AtomicLong();

  final ControlledStorage storage;
  final MvccStore store;
  final MvccTransactionManager transactions;
  final AtomicLong clockMs = new AtomicLong(START.toEpochMilli());
  final AtomicLong nanoTime = new AtomicLong();

  private ControlledManager(
      InMemoryStorageService.State state,
      MvccSettings settings,
      TransactionSettings transactionSettings,
      MvccListener listener) {
    this.storage = new ControlledStorage(InMemoryStorageService.over(state));
    this.store =
        MvccStore.open(
            storage,
            settings,
            () -> Instant.ofEpochMilli(clockMs.get()),
            StoreId.of(NEXT_ID.incrementAndGet()),
            listener);
    this.transactions = MvccTransactionManager.start(store, transactionSettings, nanoTime::get);
  }

  /** What a test may want to be different. */
  static final class Builder {
    private final InMemoryStorageService.State state;
    private MvccSettings settings;
    private TransactionSettings transactions = settings();
    private MvccListener listener = MvccListener.NONE;

    private Builder(Path directory, InMemoryStorageService.State state) {
      this.state = state;
      this.settings = MvccSettings.defaults(directory);
    }

    Builder with(Durability durability) {
      settings = settings.with(durability);
      return this;
    }

    Builder with(OverlayLimits limits) {
      settings = settings.with(limits);
      return this;
    }

    Builder with(OutcomeLimits limits) {
      settings = settings.with(limits);
      return this;
    }

    Builder with(TransactionSettings changed) {
      transactions = changed;
      return this;
    }

    Builder with(TransactionLimits limits) {
      transactions = transactions.with(limits);
      return this;
    }

    Builder with(MvccListener changed) {
      listener = changed;
      return this;
    }

    /** How many revisions are reserved at a time. */
    Builder withRevisionBlock(long block) {
      settings =
          new MvccSettings(
              settings.directory(),
              settings.durability(),
              settings.overlay(),
              settings.cacheMaxBytes(),
              settings.retention(),
              settings.log(),
              false,
              settings.outcomes(),
              settings.holds(),
              block);
      return this;
    }

    ControlledManager start() {
      return new ControlledManager(state, settings, transactions, listener);
    }
  }

  /** Timeouts that no passing test reaches, and a sync interval that never comes. */
  static TransactionSettings settings() {
    return settings(Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ofHours(1));
  }

  static TransactionSettings settings(
      Duration stallTimeout, Duration commitTimeout, Duration syncInterval) {
    return new TransactionSettings(
        TransactionLimits.DEFAULTS,
        4,
        syncInterval,
        stallTimeout,
        commitTimeout,
        AdaptiveBatchSettings.DEFAULTS);
  }

  static Builder in(Path directory) {
    return in(directory, new InMemoryStorageService.State());
  }

  static Builder in(Path directory, InMemoryStorageService.State state) {
    return new Builder(directory, state);
  }

  Transaction begin(TransactionOptions options) {
    return transactions.begin(options);
  }

  /** Commits a put of its own. */
  Revision put(String key, String value) {
    return commit(view -> view.put(Key.of(key), Value.of(value)));
  }

  /** Commits a delete of its own. */
  Revision delete(String key) {
    return commit(view -> view.delete(Key.of(key)));
  }

  Revision commit(Consumer<WriteView> work) {
    return transactions
        .execute(
            SERIALIZABLE,
            view -> {
              work.accept(view);
              return true;
            })
        .revision();
  }

  /** The newest visible value of a key, or null. */
  @Nullable String value(String key) {
    return transactions
        .read(ReadPoint.LATEST, view -> Optional.ofNullable(get(view, key)))
        .orElse(null);
  }

  static @Nullable String get(ReadView view, String key) {
    Entry entry = view.get(Key.of(key));
    return entry == null ? null : entry.value().utf8();
  }

  /** The entries of a page as {@code key=value}. */
  static List<String> scan(ReadView view, KeyRange range, ScanOptions options) {
    return view.scan(range, options).entries().stream().map(ControlledManager::text).toList();
  }

  static String text(Entry entry) {
    return entry.key() + "=" + entry.value().utf8();
  }

  /** From {@code start}, inclusive, to {@code end}, exclusive. */
  static KeyRange range(String start, String end) {
    return new KeyRange(Key.of(start), Key.of(end));
  }

  /** Returns once {@code count} commits in all are ordered and queued for the log. */
  void awaitOrdered(long count) {
    await().until(() -> store.commits().lastOrdered().value() >= count);
    store.commits().lock().lock(); // whoever ordered the last one queues it under this lock
    try {
      assertThat(store.commits().lastOrdered().value()).isGreaterThanOrEqualTo(count);
    } finally {
      store.commits().lock().unlock();
    }
  }

  @Override
  public void close() {
    transactions.close();
  }
}
