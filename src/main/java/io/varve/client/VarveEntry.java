package io.varve.client;

/**
 * A key and its value.
 *
 * @param key the key
 * @param value its value
 * @param revision the revision that wrote it; 0 for what the transaction that reads it has written
 *     itself
 * @param storeId the store it was read from
 */
public record VarveEntry(VarveKey key, VarveValue value, long revision, String storeId) {
  /**
   * Names this version of the entry, for {@link VarveClient#replace} and {@link
   * VarveClient#deleteIf}.
   */
  public String etag() {
    return EntityTag.of(storeId, revision);
  }

  /** The value as text; see {@link VarveValue#text()}. */
  public String text() {
    return value.text();
  }
}
