package io.varve.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * A checkpoint that is there.
 *
 * @param id its name
 * @param manifest what it says about itself, or null where that cannot be read: it is damaged
 */
public record Checkpoint(String id, @Nullable CheckpointManifest manifest) {}
