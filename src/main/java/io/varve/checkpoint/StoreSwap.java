package io.varve.checkpoint;

import java.util.function.LongFunction;

/** Lets the files of the running store be replaced. */
public interface StoreSwap {
  /**
   * Closes the store, calls {@code work} with the highest revision that it may have given out, and
   * opens whatever is in the data directory then, whether {@code work} returned or threw; before it
   * opens, it calls {@link DataDirectoryRestore#finish}. Returns or throws what {@code work} did.
   */
  <T> T whileClosed(LongFunction<T> work);
}
