package io.varve.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A revision that somebody has asked to keep readable for a while.
 *
 * @param id under which it is found, 16 hexadecimal digits
 * @param revision what stays readable
 * @param label what its owner calls it, or null
 * @param createdAt when it was made
 * @param expiresAt when it ends by itself
 */
public record Hold(
    String id, Revision revision, @Nullable String label, Instant createdAt, Instant expiresAt) {}
