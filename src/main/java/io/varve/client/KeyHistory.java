package io.varve.client;

import java.util.List;

/**
 * What a key was, as far back as the store has kept it.
 *
 * @param key the key
 * @param versions newest first
 * @param more whether the limit may have left out older versions
 */
public record KeyHistory(VarveKey key, List<VarveVersion> versions, boolean more) {
  public KeyHistory {
    versions = List.copyOf(versions);
  }
}
