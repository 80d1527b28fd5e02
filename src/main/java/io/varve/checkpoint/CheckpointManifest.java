package io.varve.checkpoint;

import java.time.Instant;

/**
 * What a checkpoint says about itself, in its file {@code manifest.json}.
 *
 * @param id its name, which is that of its directory
 * @param storeId the store it was made of
 * @param revision it has the state of this revision
 * @param ceiling the store had given out no revision above this one
 * @param createdAt when it was begun
 * @param origin who asked for it
 * @param formatVersion version of the on-disk format
 * @param engineVersion version of the storage engine that wrote it
 * @param varveVersion version of Varve that wrote it
 * @param bytes bytes of its database files
 * @param keys keys at its revision
 * @param contentSha256 hash over all of these with their values
 */
public record CheckpointManifest(
    String id,
    String storeId,
    long revision,
    long ceiling,
    Instant createdAt,
    CheckpointOrigin origin,
    int formatVersion,
    String engineVersion,
    String varveVersion,
    long bytes,
    long keys,
    String contentSha256) {}
