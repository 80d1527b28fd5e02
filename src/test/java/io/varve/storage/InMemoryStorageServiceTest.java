package io.varve.storage;

import static io.varve.storage.ColumnFamily.LOG;
import static io.varve.storage.ColumnFamily.META;
import static io.varve.storage.ColumnFamily.VERSIONS;
import static io.varve.storage.WriteSync.LOGGED;
import static io.varve.storage.WriteSync.SYNCED;
import static org.assertj.core.api.Assertions.assertThat;

import io.varve.storage.InMemoryStorageService.State;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Tests for {@link InMemoryStorageService}. */
final class InMemoryStorageServiceTest extends StorageServiceContract {
  private final State state = new State();

  @Override
  protected StorageService open(Path directory) {
    return InMemoryStorageService.over(state);
  }

  @Test
  void loseUnsynced_takesBackWhatWasOnlyLogged() {
    storage.write(new StorageBatch().put(META, bytes("a"), bytes("1")), LOGGED);
    storage.write(new StorageBatch().put(META, bytes("b"), bytes("1")), SYNCED);
    storage.write(new StorageBatch().put(META, bytes("b"), bytes("2")), LOGGED);
    storage.write(new StorageBatch().delete(META, bytes("a")), LOGGED);
    ingest(VERSIONS, "v=1");

    crash();

    assertThat(rows(META)).containsExactly("a=1", "b=1");
    assertThat(rows(VERSIONS)).containsExactly("v=1");
  }

  @Test
  void loseUnsynced_afterSyncWal() {
    storage.write(new StorageBatch().put(LOG, bytes("a"), bytes("1")), LOGGED);
    storage.syncWal();
    storage.write(new StorageBatch().put(LOG, bytes("b"), bytes("1")), LOGGED);

    crash();

    assertThat(rows(LOG)).containsExactly("a=1");
  }

  @Test
  void loseUnsynced_twice() {
    storage.write(new StorageBatch().put(LOG, bytes("a"), bytes("1")), SYNCED);
    crash();
    storage.write(new StorageBatch().put(LOG, bytes("b"), bytes("1")), LOGGED);
    crash();
    storage.syncWal();
    crash();

    assertThat(rows(LOG)).containsExactly("a=1");
  }

  private void crash() {
    state.loseUnsynced();
    storage = InMemoryStorageService.over(state);
  }
}
