package io.varve.storage;

/** The column families of a store. The names are on disk and never change. */
public enum ColumnFamily {
  /** Every flushed version of every key. Only ingested, never written through a memtable. */
  VERSIONS("versions"),
  /** One record a commit. */
  LOG("log"),
  /** Format version, store id, ceiling, lost ranges, pruned-to, time index. */
  META("meta");

  private final String diskName;

  ColumnFamily(String diskName) {
    this.diskName = diskName;
  }

  /** The name on disk. */
  public String diskName() {
    return diskName;
  }
}
