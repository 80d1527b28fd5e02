package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.Retention;
import io.varve.model.Revision;
import io.varve.model.StoreException;
import io.varve.model.StoreId;
import io.varve.model.Value;
import io.varve.mvcc.MvccListener;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.mvcc.PruneRequest;
import io.varve.storage.InMemoryStorageService;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests for {@link ReadLeases}. */
final class ReadLeasesTest {
  private static final Key KEY = Key.of("k");
  private static final Duration LEASE = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private final AtomicLong nanoTime = new AtomicLong();
  private MvccStore store;
  private MvccTransactionManager transactions;
  private ReadLeases leases;

  @BeforeEach
  void open() {
    store =
        MvccStore.open(
            InMemoryStorageService.create(),
            MvccSettings.defaults(directory),
            InstantSource.system(),
            StoreId.of(1),
            MvccListener.NONE);
    transactions = MvccTransactionManager.start(store, TransactionSettings.DEFAULTS, nanoTime::get);
    leases = new ReadLeases(store, LEASE, 2, nanoTime::get);
  }

  @AfterEach
  void close() {
    transactions.close();
  }

  private Revision put(String value) {
    return transactions
        .execute(
            TransactionOptions.DEFAULTS,
            view -> {
              view.put(KEY, Value.of(value));
              return true;
            })
        .revision();
  }

  private void prune() {
    store.flush();
    Retention strict = new Retention(1, Duration.ZERO);
    store.prune(new PruneRequest(strict, false, Duration.ofSeconds(5)));
  }

  private boolean isReadable(Revision revision) {
    try {
      return transactions.read(new ReadPoint.AtRevision(revision), view -> view.get(KEY) != null);
    } catch (StoreException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.REVISION_PRUNED);
      return false;
    }
  }

  @Test
  void renew_outlivesPrune() {
    Revision first = put("1");
    leases.renew(first);
    put("2");
    prune();
    assertThat(isReadable(first)).isTrue();
  }

  @Test
  void expireOverdue_letsGo() {
    Revision first = put("1");
    leases.renew(first);
    put("2");
    nanoTime.addAndGet(LEASE.toNanos() - 1);
    assertThat(leases.expireOverdue()).isZero();
    nanoTime.addAndGet(1);
    assertThat(leases.expireOverdue()).isEqualTo(1);
    assertThat(leases.size()).isZero();
    prune();
    assertThat(isReadable(first)).isFalse();
  }

  @Test
  void renew_again_lastsFromThen() {
    Revision first = put("1");
    Revision second = put("2");
    leases.renew(first);
    leases.renew(second);
    nanoTime.addAndGet(LEASE.toNanos() / 2);
    leases.renew(first);
    assertThat(leases.size()).as("one lease a revision").isEqualTo(2);
    nanoTime.addAndGet(LEASE.toNanos() / 2);
    assertThat(leases.expireOverdue()).isEqualTo(1);
    put("3");
    prune();
    assertThat(isReadable(first)).isTrue();
    assertThat(isReadable(second)).isFalse();
  }

  @Test
  void renew_overTheBound_endsTheOldest() {
    Revision first = put("1");
    Revision second = put("2");
    Revision third = put("3");
    leases.renew(first);
    leases.renew(second);
    leases.renew(third);
    assertThat(leases.size()).isEqualTo(2);
    put("4");
    prune();
    assertThat(isReadable(first)).isFalse();
    assertThat(isReadable(second)).isTrue();
    assertThat(isReadable(third)).isTrue();
  }

  @Test
  void renew_unreadable_throws() {
    assertThatThrownBy(() -> leases.renew(new Revision(99))).isInstanceOf(StoreException.class);
    assertThat(leases.size()).isZero();
  }

  @Test
  void close_letsGo() {
    Revision first = put("1");
    leases.renew(first);
    leases.close();
    put("2");
    prune();
    assertThat(isReadable(first)).isFalse();
  }
}
