package io.varve.bench.soak;

import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the workers do with a store; keys and values are texts. Thread-safe. A failure is thrown as
 * it comes, and {@link SoakTarget#explain} tells what it means.
 */
interface SoakStore {
  @Nullable Stored get(String key);

  /** What a key was at a revision of the past. */
  @Nullable Stored getAt(String key, long revision);

  /** Everything in a span at the newest revision. */
  Snapshot scan(Span span);

  /** Everything in a span at a revision of the past. */
  Snapshot scanAt(Span span, long revision);

  /** The newest versions of a key, newest first. */
  List<Version> history(String key, int limit);

  /** Writes blindly; the revision that it made. */
  long put(String key, String value);

  /** Removes a key; the revision that it made, or nothing where there was nothing to remove. */
  OptionalLong delete(String key);

  /** Does several writes, all or none; the revision that they made. */
  long batch(List<Change> changes);

  /** Loads many writes in chunks; the revision of the last chunk. */
  long bulk(List<Change> changes);

  /** Runs {@code work} in a SERIALIZABLE transaction, again after a conflict. */
  <T> Done<T> execute(Function<SoakView, T> work);

  /** Begins a SERIALIZABLE transaction that takes several calls. */
  SoakTransaction begin();
}
