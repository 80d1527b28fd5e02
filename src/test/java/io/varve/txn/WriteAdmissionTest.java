package io.varve.txn;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.ErrorCode;
import io.varve.model.Key;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.StoreErrors;
import io.varve.model.StoreFailure;
import io.varve.model.Value;
import io.varve.mvcc.MvccSettings;
import io.varve.storage.InMemoryStorageService;
import io.varve.txn.WriteAdmission.Admitted;
import io.varve.txn.WriteAdmission.Ruling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests for {@link WriteAdmission}: every way to write asks it. */
final class WriteAdmissionTest {
  private static final Key KEY = Key.of("k");
  private static final Value VALUE = Value.of("v");

  @TempDir private Path directory;
  private final WriteAdmission admission = new WriteAdmission();
  private MvccTransactionManager manager;

  @BeforeEach
  void open() {
    manager =
        MvccTransactionManager.start(
            TransactionFixture.store(
                InMemoryStorageService.create(), MvccSettings.defaults(directory)),
            TransactionSettings.DEFAULTS,
            System::nanoTime,
            admission,
            TransactionListener.NONE);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private void admit(Admitted admitted) {
    admission.rule(new Ruling(admitted, () -> StoreErrors.diskFull(1, 2, 3), 0));
  }

  private void write(Consumer<WriteView> work) {
    manager.execute(
        TransactionOptions.DEFAULTS,
        view -> {
          work.accept(view);
          return true;
        });
  }

  private void refuses(Runnable write) {
    StoreFailure.expect(ErrorCode.DISK_FULL, write::run);
  }

  private void bulk(Consumer<AdaptiveBatchWriter> lines) {
    AdaptiveBatchWriter writer = manager.bulkWriter(0, null);
    lines.accept(writer);
    writer.finish();
  }

  private void keepOutcome() {
    manager.execute(
        TransactionOptions.DEFAULTS,
        _ -> true,
        _ -> List.of(OutcomeRecord.of(OutcomeId.of("t", "1"), Duration.ofHours(1), new byte[1])));
  }

  @Test
  void deletes_areLetIn_wherePutsAreNot() {
    write(view -> view.put(KEY, VALUE));
    admit(Admitted.DELETES);
    refuses(() -> write(view -> view.put(KEY, VALUE)));
    refuses(
        () ->
            write(
                view -> {
                  view.delete(KEY);
                  view.put(Key.of("other"), VALUE);
                }));
    refuses(() -> bulk(lines -> lines.put(KEY, VALUE)));
    write(view -> view.delete(KEY));
    bulk(lines -> lines.delete(KEY));
    keepOutcome();
    manager.requireWritable();
    assertThat(manager.<Boolean>read(ReadPoint.LATEST, view -> view.get(KEY) == null)).isTrue();
  }

  @Test
  void nothing_isLetIn_andReadsGoOn() {
    write(view -> view.put(KEY, VALUE));
    admit(Admitted.NONE);
    refuses(() -> write(view -> view.put(KEY, VALUE)));
    refuses(() -> write(view -> view.delete(KEY)));
    refuses(() -> bulk(lines -> lines.delete(KEY)));
    refuses(this::keepOutcome);
    refuses(manager::requireWritable);
    write(view -> view.get(KEY)); // a transaction that only reads is none of its business
    assertThat(manager.history(KEY, 10)).hasSize(1);

    admission.rule(Ruling.OPEN);
    write(view -> view.delete(KEY));
  }

  @Test
  void delayedWrites_areDone() {
    admission.rule(Ruling.delayed(1));
    write(view -> view.put(KEY, VALUE));
    assertThat(manager.history(KEY, 10)).hasSize(1);
  }
}
