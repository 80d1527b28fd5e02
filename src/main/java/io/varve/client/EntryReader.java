package io.varve.client;

import java.util.Optional;
import java.util.stream.Stream;

/** Reads entries: the newest ones, those of the past, or those a transaction sees. */
public interface EntryReader {
  /**
   * The entry of {@code key}, if there is one.
   *
   * @throws VarveException if the server refuses, or cannot be reached
   */
  Optional<VarveEntry> get(VarveKey key);

  /** The entry of {@code key}, if there is one. */
  default Optional<VarveEntry> get(String key) {
    return get(VarveKey.of(key));
  }

  /**
   * The entries of a range, fetched page by page while the stream is read. All of them are of one
   * revision. Nothing has to be closed.
   *
   * @throws VarveException (the stream too) if the server refuses, or cannot be reached
   */
  Stream<VarveEntry> scan(Scan scan);

  /** The keys of a range, as {@link #scan} but without their values. */
  Stream<VarveKey> keys(Scan scan);
}
