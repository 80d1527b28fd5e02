package io.varve.checkpoint;

import java.nio.file.Path;

/**
 * Settings of a {@link CheckpointService}.
 *
 * @param dataDirectory where the store is
 * @param directory where checkpoints are; made if it is not there
 * @param varveVersion what a manifest says of the program that wrote it
 */
public record CheckpointSettings(Path dataDirectory, Path directory, String varveVersion) {}
