package io.varve.checkpoint;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The file {@code manifest.json}. A later version may add to it. */
final class ManifestFile {
  static final String NAME = "manifest.json";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private ManifestFile() {}

  static byte[] format(CheckpointManifest manifest) {
    return JSON.writeValueAsBytes(manifest);
  }

  /** The manifest in the directory of a checkpoint, or null if it is missing or no manifest. */
  static @Nullable CheckpointManifest read(Path checkpoint) {
    Path file = checkpoint.resolve(NAME);
    if (!Disk.isFile(file)) {
      return null;
    }
    try {
      return JSON.readValue(Disk.read(file), CheckpointManifest.class);
    } catch (JacksonException _) {
      return null;
    }
  }
}
