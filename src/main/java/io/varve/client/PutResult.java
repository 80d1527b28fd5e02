package io.varve.client;

/**
 * What a put did.
 *
 * @param revision the revision that it made
 * @param created whether there was nothing before
 * @param storeId the store it was made in
 */
public record PutResult(long revision, boolean created, String storeId) {
  /** Names the version that was written. */
  public String etag() {
    return EntityTag.of(storeId, revision);
  }
}
