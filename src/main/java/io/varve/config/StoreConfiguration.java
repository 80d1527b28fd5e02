package io.varve.config;

import io.varve.checkpoint.DataDirectoryRestore;
import io.varve.jobs.FlushSignal;
import io.varve.metrics.MeteredListener;
import io.varve.metrics.TransactionMeters;
import io.varve.model.StoreId;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.storage.rocksdb.RocksDbLock;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import io.varve.txn.AdaptiveBatchSettings;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.ReadLeases;
import io.varve.txn.RequestOutcomes;
import io.varve.txn.StoreSession;
import io.varve.txn.StoreSessions;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionRegistry;
import io.varve.txn.TransactionSettings;
import io.varve.txn.WriteAdmission;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The store, from the engine up to transactions. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
  StoreProperties.class,
  RocksDbProperties.class,
  FlushProperties.class,
  PruneProperties.class,
  LogProperties.class,
  BatchProperties.class,
  TransactionProperties.class,
  PageProperties.class,
  LimitsProperties.class,
  OutcomeProperties.class,
  HoldProperties.class,
  ReopenProperties.class
})
final class StoreConfiguration {
  private static final int SECRET_BYTES = 32;

  @Bean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  RocksDbSettings rocksDbSettings(StoreProperties store, RocksDbProperties engine) {
    return engine.toSettings(store.engineDirectory());
  }

  @Bean
  MvccSettings mvccSettings(
      StoreProperties store,
      FlushProperties flush,
      PruneProperties prune,
      LogProperties log,
      DiskProperties disk,
      OutcomeProperties outcomes,
      HoldProperties holds) {
    long diskBytes = DataDirectory.diskBytes(store.dataDir());
    return store
        .toSettings(
            flush, prune.toSettings(), log.toSettings(diskBytes, disk.maxStoreBytes().toBytes()))
        .with(outcomes.toLimits())
        .with(holds.toLimits());
  }

  @Bean
  AdaptiveBatchSettings batchSettings(BatchProperties batch) {
    return batch.toSettings();
  }

  @Bean
  TransactionSettings transactionSettings(
      TransactionProperties transactions,
      LimitsProperties limits,
      AdaptiveBatchSettings batch,
      StoreProperties store) {
    return transactions.toSettings(limits, batch, store.wal().syncInterval());
  }

  @Bean
  TransactionOptions transactionOptions(TransactionProperties transactions) {
    return transactions.toOptions();
  }

  @Bean
  FlushSignal flushSignal() {
    return new FlushSignal();
  }

  /** Closed by {@link StoreLifecycle}. */
  @Bean(destroyMethod = "")
  StoreSessions storeSessions(
      RocksDbSettings engine,
      MvccSettings settings,
      InstantSource clock,
      MeteredListener events,
      StoreSession.Factory factory,
      ReopenProperties reopen,
      WriteAdmission admission,
      MemoryBudget memory,
      AccessRules access,
      StorePreparation preparation) {
    access.check();
    memory.check();
    DataDirectory.prepare(settings.directory());
    preparation.run();
    return StoreSessions.open(
        (listener, before) -> {
          try (RocksDbLock _ = RocksDbLock.take(engine.directory())) {
            DataDirectoryRestore.finish(settings.directory()); // a restore may have been cut short
          }
          return MvccStore.open(
              RocksDbStorageService.open(engine),
              settings,
              clock,
              StoreId.of(new SecureRandom().nextLong()),
              listener,
              before);
        },
        factory,
        events,
        reopen.toSettings(),
        // Without room to recover the attempt would fail, and take the reads away as well.
        () -> !admission.ruling().isDiskFull());
  }

  @Bean
  MemoryBudget memoryBudget(RocksDbSettings engine) {
    return MemoryBudget.of(engine);
  }

  @Bean
  WriteAdmission writeAdmission() {
    return new WriteAdmission();
  }

  @Bean
  StoreSession.Factory sessionFactory(
      TransactionSettings settings,
      TransactionProperties transactions,
      OutcomeProperties outcomes,
      PageProperties page,
      WriteAdmission admission,
      TransactionMeters listener,
      InstantSource clock) {
    SecureRandom random = new SecureRandom();
    return store -> {
      var manager =
          MvccTransactionManager.start(store, settings, System::nanoTime, admission, listener);
      byte[] secret = new byte[SECRET_BYTES];
      random.nextBytes(secret);
      return new StoreSession(
          store,
          manager,
          new TransactionRegistry(
              store,
              manager,
              transactions.toRegistrySettings(outcomes.keepTransactions()),
              random,
              clock),
          new RequestOutcomes(store, transactions.commitTimeout()),
          new ReadLeases(store, page.lease(), page.maxLeases(), System::nanoTime),
          store.secret(secret));
    };
  }

  @Bean
  StoreLifecycle storeLifecycle(
      StoreSessions sessions, StoreProperties store, MemoryBudget memory) {
    return new StoreLifecycle(sessions, store.dataDir(), memory);
  }
}
