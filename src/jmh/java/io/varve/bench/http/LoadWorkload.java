package io.varve.bench.http;

/** What one request does. */
enum LoadWorkload {
  /** Reads a key and writes it, in one transaction. */
  GET_PUT("get-put"),
  /** Reads a key. */
  GET("get"),
  /** Writes a key. */
  PUT("put"),
  /** Writes many keys, all or none. */
  BULK("bulk");

  private final String label;

  LoadWorkload(String label) {
    this.label = label;
  }

  @Override
  public String toString() {
    return label;
  }
}
