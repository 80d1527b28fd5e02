/**
 * The storage engine on RocksDB. The only package that may import {@code org.rocksdb}: native
 * objects have one owner here, and no native call runs after the store is closed.
 */
@NullMarked
package io.varve.storage.rocksdb;

import org.jspecify.annotations.NullMarked;
