package io.varve.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.model.Durability;
import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import io.varve.storage.rocksdb.NoLeaks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link CheckpointService}, but for restores and crashes. */
@NullMarked
@Timeout(120)
@ExtendWith(NoLeaks.class)
final class CheckpointServiceTest {
  @TempDir Path temporary;

  private CheckpointFixture fixture = new CheckpointFixture(Path.of(""), Durability.FLUSH_ONLY);
  private CheckpointService service = fixture.service();

  @BeforeEach
  void open() {
    fixture = new CheckpointFixture(temporary.resolve("data"), Durability.SYNC_ON_COMMIT);
    service = fixture.service();
    fixture.open();
    fixture.work(new Random(1), 50);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private CheckpointManifest create(CheckpointOrigin origin) {
    fixture.clock().advance(Duration.ofSeconds(2));
    return service.create(origin);
  }

  private Path pathOf(CheckpointManifest manifest) {
    return fixture.checkpoints().resolve(manifest.id());
  }

  @Test
  void create_tellsWhatItMade() throws Exception {
    fixture.clock().set(CheckpointFixture.START_MS + 86_400_000);
    CheckpointManifest manifest = service.create(CheckpointOrigin.MANUAL);
    assertThat(manifest.id()).isEqualTo("20251125T160000Z-r50");
    assertThat(manifest.storeId()).isEqualTo(fixture.store().storeId().text());
    assertThat(manifest.revision()).isEqualTo(50);
    assertThat(manifest.ceiling()).isGreaterThanOrEqualTo(50);
    assertThat(manifest.createdAt()).isEqualTo(fixture.clock().instant());
    assertThat(manifest.origin()).isEqualTo(CheckpointOrigin.MANUAL);
    assertThat(manifest.formatVersion()).isEqualTo(2);
    assertThat(manifest.engineVersion()).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
    assertThat(manifest.varveVersion()).isEqualTo("1.2.3");
    assertThat(manifest.keys()).isEqualTo(CheckpointFixture.state(fixture.store(), 50).size());
    assertThat(manifest.bytes()).isEqualTo(bytesOf(pathOf(manifest).resolve("db")));
    assertThat(service.get(manifest.id()))
        .isEqualTo(new Checkpoint(manifest.id(), manifest))
        .isEqualTo(service.list().getFirst());
    assertThat(CheckpointFixture.names(pathOf(manifest)))
        .containsExactly("SHA256SUMS", "db", "manifest.json");
    assertThat(CheckpointFixture.names(fixture.checkpoints())).containsExactly(manifest.id());
  }

  private static long bytesOf(Path directory) throws Exception {
    long bytes = 0;
    for (Path file : Disk.list(directory)) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  @Test
  void create_sumsAreThoseOfSha256sum() throws Exception {
    CheckpointManifest manifest = create(CheckpointOrigin.MANUAL);
    Process check =
        new ProcessBuilder("sha256sum", "--check", "--strict", "SHA256SUMS")
            .directory(pathOf(manifest).toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(check.waitFor()).as(said).isZero();
    assertThat(said).contains("manifest.json: OK", "db/CURRENT: OK");
  }

  @Test
  void create_inTheSameSecondAtTheSameRevision() {
    String first = service.create(CheckpointOrigin.MANUAL).id();
    assertThat(service.create(CheckpointOrigin.MANUAL).id()).isEqualTo(first + "-2");
    assertThat(service.create(CheckpointOrigin.MANUAL).id()).isEqualTo(first + "-3");
    assertThat(service.list().stream().map(Checkpoint::id))
        .containsExactly(first + "-3", first + "-2", first);
  }

  @Test
  void create_ofAClosedStoreLeavesNothing() {
    fixture.store().close();
    StoreFailure.expect(ErrorCode.SHUTTING_DOWN, () -> service.create(CheckpointOrigin.MANUAL));
    assertThat(CheckpointFixture.names(fixture.checkpoints())).isEmpty();
  }

  @Test
  void create_whileAnotherRuns() {
    List<StoreException> refused = new ArrayList<>();
    Disk watched =
        new Disk(
            (what, _) -> {
              if (what.equals("checkpoint")) {
                refused.add(LowPriority.call(this::refusal));
              }
            });
    service = fixture.service(watched);
    create(CheckpointOrigin.MANUAL);
    assertThat(refused).hasSize(1);
    assertThat(refused.getFirst().context()).containsEntry("job", "checkpoint");
  }

  private StoreException refusal() {
    return StoreFailure.expect(
        ErrorCode.JOB_RUNNING, () -> service.create(CheckpointOrigin.MANUAL));
  }

  @Test
  void verify_ofASoundOne() {
    CheckpointManifest manifest = create(CheckpointOrigin.MANUAL);
    Map<String, String> before = CheckpointFixture.bytes(pathOf(manifest));
    fixture.work(new Random(2), 50);
    fixture.store().flush();
    fixture.store().compact();
    CheckpointVerification found = service.verify(manifest.id());
    assertThat(found.problems()).isEmpty();
    assertThat(found.ok()).isTrue();
    assertThat(found.id()).isEqualTo(manifest.id());
    assertThat(found.keys()).isEqualTo(manifest.keys());
    assertThat(found.revision()).isEqualTo(manifest.revision());
    assertThat(found.files()).isEqualTo(before.keySet().stream().filter(this::isFile).count() - 1);
    assertThat(found.bytes()).isGreaterThan(manifest.bytes());
    assertThat(CheckpointFixture.bytes(pathOf(manifest))).isEqualTo(before);
  }

  private boolean isFile(String path) {
    return path.contains(".")
        || path.contains("CURRENT")
        || path.contains("-")
        || path.contains("SUMS");
  }

  @Test
  void verify_seesEveryFlippedByteAndNothingDamagedIsRestored() throws Exception {
    CheckpointManifest manifest = create(CheckpointOrigin.MANUAL);
    Path checkpoint = pathOf(manifest);
    Map<String, Path> files = new TreeMap<>(Sums.files(checkpoint));
    files.put(Sums.NAME, checkpoint.resolve(Sums.NAME));
    long revision = fixture.put("k", "running");
    for (Path file : files.values()) {
      byte[] sound = Files.readAllBytes(file);
      for (double share : new double[] {0, 0.3, 0.5, 0.77, 1}) {
        byte[] damaged = sound.clone();
        if (damaged.length == 0) {
          damaged = new byte[1];
        } else {
          damaged[(int) Math.round(share * (damaged.length - 1))] ^= 0x10;
        }
        replace(file, damaged);
        CheckpointVerification found = service.verify(manifest.id());
        assertThat(found.ok()).as("%s at %s", file, share).isFalse();
        assertThat(found.problems()).isNotEmpty();
        StoreException refused =
            StoreFailure.expect(
                ErrorCode.CHECKPOINT_DAMAGED,
                () -> service.restore(manifest.id(), () -> {}, fixture));
        assertThat(refused.context()).containsEntry("checkpoint", manifest.id());
      }
      replace(file, sound);
    }
    assertThat(fixture.swaps).isZero();
    assertThat(fixture.store().visible().value()).isEqualTo(revision);
    assertThat(CheckpointFixture.names(fixture.dataDirectory()))
        .containsExactly("SYNCED", "checkpoints", "db");
    assertThat(service.verify(manifest.id()).ok()).isTrue();
  }

  /** Files are linked, so what is written to one would be written to the store. */
  private static void replace(Path file, byte[] content) throws Exception {
    Files.delete(file);
    Files.write(file, content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"manifest.json", "SHA256SUMS", "db/CURRENT"})
  void verify_seesAMissingFile(String name) throws Exception {
    CheckpointManifest manifest = create(CheckpointOrigin.MANUAL);
    Files.delete(pathOf(manifest).resolve(name));
    CheckpointVerification found = service.verify(manifest.id());
    assertThat(found.ok()).isFalse();
    assertThat(found.problems().getFirst()).contains(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"more", "db/more", "other/more"})
  void verify_seesAnotherFile(String name) throws Exception {
    CheckpointManifest manifest = create(CheckpointOrigin.MANUAL);
    Path file = pathOf(manifest).resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "");
    CheckpointVerification found = service.verify(manifest.id());
    assertThat(found.problems()).contains("File " + name + " does not belong to it.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"more", "db/more"})
  void verify_seesAnotherDirectory(String name) throws Exception {
    CheckpointManifest manifest = create(CheckpointOrigin.MANUAL);
    Files.createDirectories(pathOf(manifest).resolve(name));
    assertThat(service.verify(manifest.id()).problems())
        .containsExactly("Directory " + name + " does not belong to it.");
  }

  @Test
  void verify_seesAnotherContentUnderSoundSums() throws Exception {
    CheckpointManifest manifest = create(CheckpointOrigin.MANUAL);
    fixture.put("k", "more");
    CheckpointManifest later = create(CheckpointOrigin.MANUAL);
    replaceManifest(later, manifest.contentSha256(), later.keys());
    assertThat(service.verify(later.id()).problems())
        .containsExactly("Its content is not what it was at its creation.");
    replaceManifest(later, later.contentSha256(), later.keys() + 1);
    assertThat(service.verify(later.id()).problems().getFirst()).contains("keys");
    replaceManifest(later, later.contentSha256(), later.keys());
    assertThat(service.verify(later.id()).ok()).isTrue();
  }

  private void replaceManifest(CheckpointManifest of, String sha256, long keys) throws Exception {
    var changed =
        new CheckpointManifest(
            of.id(),
            of.storeId(),
            of.revision(),
            of.ceiling(),
            of.createdAt(),
            of.origin(),
            of.formatVersion(),
            of.engineVersion(),
            of.varveVersion(),
            of.bytes(),
            keys,
            sha256);
    Files.write(pathOf(of).resolve(ManifestFile.NAME), ManifestFile.format(changed));
    writeSums(pathOf(of));
  }

  private static void writeSums(Path checkpoint) throws Exception {
    var sums = new TreeMap<String, String>();
    Sums.files(checkpoint).forEach((name, file) -> sums.put(name, Disk.sha256(file)));
    Files.write(checkpoint.resolve(Sums.NAME), Sums.format(sums));
  }

  @Test
  void verify_ofTheContentOfAnother() throws Exception {
    CheckpointManifest manifest = create(CheckpointOrigin.MANUAL);
    Path renamed = fixture.checkpoints().resolve("20260101T000000Z-r1");
    Files.move(pathOf(manifest), renamed);
    assertThat(service.verify("20260101T000000Z-r1").problems())
        .containsExactly("The manifest is that of another checkpoint.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "20260101T000000Z-r7",
        "",
        "..",
        "../db",
        "20260101T000000Z-r7/../../db",
        "20260101T000000Z-r07",
        "20260101T000000Z-r7-1",
        "nonsense"
      })
  void get_whereThereIsNone(String id) throws Exception {
    Files.createDirectories(fixture.checkpoints().resolve("nonsense"));
    StoreFailure.expect(ErrorCode.CHECKPOINT_NOT_FOUND, () -> service.get(id));
    StoreFailure.expect(ErrorCode.CHECKPOINT_NOT_FOUND, () -> service.verify(id));
    StoreFailure.expect(ErrorCode.CHECKPOINT_NOT_FOUND, () -> service.delete(id));
    StoreFailure.expect(
        ErrorCode.CHECKPOINT_NOT_FOUND, () -> service.restore(id, () -> {}, fixture));
    StoreFailure.expect(ErrorCode.CHECKPOINT_NOT_FOUND, () -> service.restoreAtStart(id));
    assertThat(service.list()).isEmpty();
  }

  @Test
  void list_hasDamagedOnes() throws Exception {
    CheckpointManifest manifest = create(CheckpointOrigin.MANUAL);
    Files.writeString(pathOf(manifest).resolve(ManifestFile.NAME), "{\"id\":null}");
    assertThat(service.list()).containsExactly(new Checkpoint(manifest.id(), null));
    service.delete(manifest.id());
    assertThat(service.list()).isEmpty();
    assertThat(CheckpointFixture.names(fixture.checkpoints())).isEmpty();
  }

  @Test
  void list_readsTheManifestOfALaterVersion() throws Exception {
    CheckpointManifest manifest = create(CheckpointOrigin.MANUAL);
    Path file = pathOf(manifest).resolve(ManifestFile.NAME);
    Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{\"more\":1,"));
    assertThat(service.get(manifest.id()).manifest()).isEqualTo(manifest);
  }

  @Test
  void retain_keepsTheNewestScheduledOnesAndAllOthers() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      ids.add(create(CheckpointOrigin.SCHEDULED).id());
      ids.add(create(CheckpointOrigin.MANUAL).id());
    }
    assertThat(service.retain(4)).isZero();
    assertThat(service.retain(2)).isEqualTo(2);
    ids.remove(2);
    ids.remove(0);
    assertThat(service.list().stream().map(Checkpoint::id).toList().reversed()).isEqualTo(ids);
  }

  @Test
  void retain_neverDeletesTheNewestSoundOne() throws Exception {
    List<CheckpointManifest> made = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      made.add(create(CheckpointOrigin.SCHEDULED));
    }
    damage(made.get(3));
    damage(made.get(2));
    assertThat(service.retain(1)).isEqualTo(2);
    assertThat(service.list().stream().map(Checkpoint::id))
        .containsExactly(made.get(3).id(), made.get(1).id());
    damage(made.get(1));
    service = fixture.service();
    assertThat(service.retain(1)).as("nothing is sound").isZero();
    assertThat(service.list()).hasSize(2);
  }

  private void damage(CheckpointManifest manifest) throws Exception {
    Files.writeString(pathOf(manifest).resolve("more"), "");
  }

  @Test
  void clearUnfinished_leavesWhatIsNotOurs() throws Exception {
    CheckpointManifest manifest = create(CheckpointOrigin.MANUAL);
    Path directory = fixture.checkpoints();
    Files.createDirectories(directory.resolve("20260101T000000Z.tmp/db"));
    Files.createDirectories(directory.resolve("20260101T000000Z-r9.tmp/db"));
    Files.createDirectories(directory.resolve("of-somebody-else.tmp"));
    service.clearUnfinished();
    assertThat(CheckpointFixture.names(directory))
        .containsExactly(manifest.id(), "of-somebody-else.tmp");
  }

  @Test
  void clearUnfinished_whereThereIsNothing() {
    service.clearUnfinished();
    assertThat(fixture.checkpoints()).doesNotExist();
  }
}
