package io.varve.storage;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts and deletes that a {@link StorageService} applies in order and atomically. Plain data: it
 * reads nothing and writes nothing. Not thread-safe. Arrays are taken over, not copied.
 */
public final class StorageBatch {
  /**
   * One change.
   *
   * @param family the column family
   * @param key the key, at least one byte
   * @param value the value, or null to delete the key
   */
  @SuppressWarnings("ArrayRecordComponent") // handed to the engine, never compared
  public record Mutation(ColumnFamily family, byte[] key, byte @Nullable [] value) {}

  private final List<Mutation> mutations = new ArrayList<>();
  private long bytes;

  /** Adds a put; {@link ColumnFamily#VERSIONS} is refused, since it is only ever ingested. */
  public StorageBatch put(ColumnFamily family, byte[] key, byte[] value) {
    return add(new Mutation(family, key, value), value.length);
  }

  /** Adds a delete; {@link ColumnFamily#VERSIONS} is refused, since it is only ever ingested. */
  public StorageBatch delete(ColumnFamily family, byte[] key) {
    return add(new Mutation(family, key, null), 0);
  }

  private StorageBatch add(Mutation mutation, int valueBytes) {
    if (mutation.family() == ColumnFamily.VERSIONS) {
      throw new IllegalArgumentException("Versions are ingested, never written in a batch.");
    }
    mutations.add(mutation);
    bytes += mutation.key().length + valueBytes;
    return this;
  }

  /** The changes in the order they were added. */
  public List<Mutation> mutations() {
    return mutations;
  }

  /** Bytes of all keys and values. */
  public long bytes() {
    return bytes;
  }

  /** Whether there is nothing to apply. */
  public boolean isEmpty() {
    return mutations.isEmpty();
  }
}
