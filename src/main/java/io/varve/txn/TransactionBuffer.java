package io.varve.txn;

import io.varve.model.Key;
import io.varve.model.KeyRange;
import io.varve.model.Value;
import io.varve.mvcc.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction has read and written: the last write of each key, and the keys and ranges that
 * the commit has to check. Used by one thread.
 */
final class TransactionBuffer {
  /** Heap that a write or a read takes beside its bytes: objects and table entries. */
  private static final int OVERHEAD_BYTES = 150;

  private final TransactionLimits limits;
  private final boolean tracksReads;
  private final Map<Key, Write> writes = new HashMap<>();
  private final Set<Key> keysRead = new HashSet<>();
  private final List<KeyRange> rangesRead = new ArrayList<>();
  private int operations;
  private long bytes;
  private long readBytes;
  private @Nullable TreeMap<Key, Write> ordered;

  TransactionBuffer(TransactionLimits limits, boolean tracksReads) {
    this.limits = limits;
    this.tracksReads = tracksReads;
  }

  /** Counts an operation; throws {@code TRANSACTION_TOO_LARGE} and does not count it. */
  void countOperation() {
    limits.checkOperations(operations + 1);
    operations++;
  }

  int operations() {
    return operations;
  }

  void write(Key key, @Nullable Value value) {
    Write write = new Write(key, value);
    Write replaced = writes.get(key);
    long now = bytes + write.bytes() - (replaced == null ? 0 : replaced.bytes());
    limits.checkBytes(now);
    countOperation();
    writes.put(key, write);
    bytes = now;
    ordered = null;
  }

  @Nullable Write written(Key key) {
    return writes.get(key);
  }

  /** The own writes in a range, by key. */
  NavigableMap<Key, Write> writtenIn(KeyRange range) {
    TreeMap<Key, Write> byKey = ordered;
    if (byKey == null) {
      byKey = new TreeMap<>(writes);
      ordered = byKey;
    }
    NavigableMap<Key, Write> part = byKey;
    if (range.start() != null) {
      part = part.tailMap(range.start(), true);
    }
    return range.end() == null ? part : part.headMap(range.end(), false);
  }

  void read(Key key) {
    if (tracksReads && keysRead.add(key)) {
      readBytes += OVERHEAD_BYTES + key.length();
    }
  }

  void read(KeyRange range) {
    if (tracksReads && !range.isEmpty()) {
      rangesRead.add(range);
      readBytes += OVERHEAD_BYTES;
    }
  }

  /**
   * The writes at some time.
   *
   * @param writes a copy
   * @param bytes of keys and values
   */
  record Mark(Map<Key, Write> writes, long bytes) {}

  Mark mark() {
    return new Mark(new HashMap<>(writes), bytes);
  }

  /** Takes back the writes since {@code mark}. */
  void resetTo(Mark mark) {
    writes.clear();
    writes.putAll(mark.writes());
    bytes = mark.bytes();
    ordered = null;
  }

  /** Heap bytes that all of it takes, estimated. */
  long heapBytes() {
    return bytes + readBytes + (long) OVERHEAD_BYTES * writes.size();
  }

  boolean hasWrites() {
    return !writes.isEmpty();
  }

  boolean onlyDeletes() {
    return writes.values().stream().allMatch(write -> write.value() == null);
  }

  boolean isRead(Key key) {
    return keysRead.contains(key);
  }

  Set<Key> keysWritten() {
    return writes.keySet();
  }

  Set<Key> keysRead() {
    return keysRead;
  }

  List<KeyRange> rangesRead() {
    return rangesRead;
  }

  List<Write> writes() {
    return new ArrayList<>(writes.values());
  }
}
