package io.varve.checkpoint;

import java.time.Duration;
import java.util.List;

/**
 * What a look at every byte of a checkpoint has found.
 *
 * @param id the checkpoint
 * @param ok whether it is as it was made
 * @param problems what is wrong, for an operator; empty if nothing is
 * @param files files in it
 * @param bytes bytes of these
 * @param keys keys at its revision; 0 where files are damaged, for then nobody counts
 * @param revision its revision; 0 where the manifest cannot be read
 * @param took time it took
 */
public record CheckpointVerification(
    String id,
    boolean ok,
    List<String> problems,
    long files,
    long bytes,
    long keys,
    long revision,
    Duration took) {}
