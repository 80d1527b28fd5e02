package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.checkpoint.Checkpoint;
import io.varve.checkpoint.CheckpointManifest;
import io.varve.checkpoint.CheckpointOrigin;
import io.varve.checkpoint.CheckpointVerification;
import io.varve.checkpoint.RestoredCheckpoint;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checkpoints as operators see them. */
final class CheckpointJson {
  private CheckpointJson() {}

  /** All of them. */
  @Schema(name = "Checkpoints", description = "The checkpoints there are.")
  record All(@Schema(description = "The newest first.") List<One> checkpoints) {
    static All of(List<Checkpoint> found) {
      return new All(found.stream().map(One::of).toList());
    }
  }

  /** One of them. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(
      name = "Checkpoint",
      description =
          "A checkpoint. All but the id is left out where the manifest cannot be read: then it is"
              + " damaged.")
  record One(
      @Schema(
              description = "Its name, and that of its directory.",
              example = "20261124T104500Z-r913")
          String id,
      @Schema(description = "It has the state of this revision.", example = "913")
          @Nullable Long revision,
      @Schema(description = "Bytes of its database files.", example = "1048576")
          @Nullable Long bytes,
      @Schema(description = "Keys at its revision.", example = "4200") @Nullable Long keys,
      @Schema(description = "When it was begun.", example = "2026-11-24T10:45:00Z")
          @Nullable Instant createdAt,
      @Schema(
              description =
                  "Who asked for it: an operator, or the timer, of whose checkpoints only so many"
                      + " are kept.",
              example = "MANUAL")
          @Nullable CheckpointOrigin origin,
      @Schema(description = "The store it was made of.", example = "3f2a9c01d4e5b678")
          @Nullable String storeId,
      @Schema(description = "The store had reserved no revision above this.", example = "1048576")
          @Nullable Long ceiling,
      @Schema(description = "The version of the on-disk format.", example = "2")
          @Nullable Integer formatVersion,
      @Schema(description = "The version of RocksDB that wrote it.", example = "11.8.1")
          @Nullable String engineVersion,
      @Schema(description = "The version of the program that wrote it.", example = "0.1.0")
          @Nullable String varveVersion,
      @Schema(
              description = "A hash over all keys and values at its revision.",
              example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
          @Nullable String contentSha256) {
    static One of(Checkpoint checkpoint) {
      CheckpointManifest manifest = checkpoint.manifest();
      return manifest == null
          ? new One(
              checkpoint.id(), null, null, null, null, null, null, null, null, null, null, null)
          : of(manifest);
    }

    static One of(CheckpointManifest manifest) {
      return new One(
          manifest.id(),
          manifest.revision(),
          manifest.bytes(),
          manifest.keys(),
          manifest.createdAt(),
          manifest.origin(),
          manifest.storeId(),
          manifest.ceiling(),
          manifest.formatVersion(),
          manifest.engineVersion(),
          manifest.varveVersion(),
          manifest.contentSha256());
    }
  }

  /** What was found in one of them. */
  @Schema(name = "CheckpointVerification", description = "What was found in a checkpoint.")
  record Verification(
      @Schema(description = "The checkpoint.", example = "20261124T104500Z-r913") String id,
      @Schema(description = "Whether it is as it was made.", example = "true") boolean ok,
      @Schema(
              description = "What is wrong with it.",
              example = "[\"File db/000012.sst was changed.\"]")
          List<String> problems,
      @Schema(description = "Files in it.", example = "14") long files,
      @Schema(description = "Bytes of these.", example = "1048576") long bytes,
      @Schema(description = "Keys at its revision; 0 where a file is damaged.", example = "4200")
          long keys,
      @Schema(description = "Its revision; 0 where the manifest cannot be read.", example = "913")
          long revision,
      @Schema(description = "Milliseconds that it took.", example = "380") long durationMs) {
    static Verification of(CheckpointVerification found) {
      return new Verification(
          found.id(),
          found.ok(),
          found.problems(),
          found.files(),
          found.bytes(),
          found.keys(),
          found.revision(),
          found.took().toMillis());
    }
  }

  /** What was put in the place of the store. */
  @Schema(name = "RestoredCheckpoint", description = "What was put in the place of the store.")
  record Restored(
      @Schema(description = "The checkpoint.", example = "20261124T104500Z-r913") String id,
      @Schema(description = "The new id of the store.", example = "b178ac01d4e5f690")
          String storeId,
      @Schema(description = "The store has the state of this revision.", example = "913")
          long revision,
      @Schema(description = "The next commit gets a revision above this.", example = "1049489")
          long ceiling) {
    static Restored of(RestoredCheckpoint restored) {
      return new Restored(
          restored.id(),
          restored.storeId().text(),
          restored.revision().value(),
          restored.ceiling().value());
    }
  }
}
