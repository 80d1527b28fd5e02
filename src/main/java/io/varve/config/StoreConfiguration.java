package io.varve.config;

import io.varve.jobs.FlushSignal;
import io.varve.model.StoreId;
import io.varve.mvcc.MvccSettings;
import io.varve.mvcc.MvccStore;
import io.varve.storage.StorageService;
import io.varve.storage.rocksdb.RocksDbSettings;
import io.varve.storage.rocksdb.RocksDbStorageService;
import io.varve.txn.AdaptiveBatchSettings;
import io.varve.txn.MvccTransactionManager;
import io.varve.txn.ReadLeases;
import io.varve.txn.RequestOutcomes;
import io.varve.txn.TransactionOptions;
import io.varve.txn.TransactionRegistry;
import io.varve.txn.TransactionSettings;
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
  OutcomeProperties.class
})
final class StoreConfiguration {
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
      OutcomeProperties outcomes) {
    return store.toSettings(flush, prune.toSettings(), log.toSettings()).with(outcomes.toLimits());
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

  /** Closed by {@link StoreLifecycle}, as are the two that follow. */
  @Bean(destroyMethod = "")
  MvccStore store(
      RocksDbSettings engine, MvccSettings settings, InstantSource clock, FlushSignal signal) {
    DataDirectory.prepare(settings.directory());
    StorageService storage = RocksDbStorageService.open(engine);
    StoreId idOfNewStore = StoreId.of(new SecureRandom().nextLong());
    return MvccStore.open(storage, settings, clock, idOfNewStore, signal);
  }

  @Bean(destroyMethod = "")
  MvccTransactionManager transactionManager(MvccStore store, TransactionSettings settings) {
    return MvccTransactionManager.start(store, settings, System::nanoTime);
  }

  @Bean(destroyMethod = "")
  ReadLeases readLeases(MvccStore store, PageProperties page) {
    return new ReadLeases(store, page.lease(), page.maxLeases(), System::nanoTime);
  }

  @Bean
  TransactionRegistry transactionRegistry(
      MvccStore store,
      MvccTransactionManager manager,
      TransactionProperties transactions,
      OutcomeProperties outcomes,
      InstantSource clock) {
    return new TransactionRegistry(
        store,
        manager,
        transactions.toRegistrySettings(outcomes.keepTransactions()),
        new SecureRandom(),
        clock);
  }

  @Bean
  RequestOutcomes requestOutcomes(MvccStore store, TransactionProperties transactions) {
    return new RequestOutcomes(store, transactions.commitTimeout());
  }

  @Bean
  StoreLifecycle storeLifecycle(
      MvccTransactionManager transactions, ReadLeases leases, StoreProperties store) {
    return new StoreLifecycle(transactions, leases, store.dataDir());
  }
}
