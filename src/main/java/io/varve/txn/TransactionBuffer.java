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

  /** The writes by key, from the first scan on. */
  private @Nullable TreeMap<Key, Write> ordered;

  /** What each write since {@link #begin} replaced, the newest last; null outside of a step. */
  private @Nullable List<Replaced> undo;

  /**
   * The state of a key before a write.
   *
   * @param write the write that was replaced, or null
   */
  private record Replaced(Key key, @Nullable Write write) {}

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
    if (undo != null) {
      undo.add(new Replaced(key, replaced));
    }
    set(key, write);
    bytes = now;
  }

  private void set(Key key, @Nullable Write write) {
    if (write == null) {
      writes.remove(key);
    } else {
      writes.put(key, write);
    }
    if (ordered != null) {
      if (write == null) {
        ordered.remove(key);
      } else {
        ordered.put(key, write);
      }
    }
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

  /** Begins a step, whose writes {@link #undo} takes back. Steps are not nested. */
  void begin() {
    if (undo != null) {
      throw new IllegalStateException("A step is under way.");
    }
    undo = new ArrayList<>();
  }

  /** Takes back the writes of the step. */
  void undo() {
    List<Replaced> replaced = undo;
    if (replaced == null) {
      throw new IllegalStateException("No step is under way.");
    }
    for (Replaced before : replaced.reversed()) {
      bytes -= bytes(writes.get(before.key()));
      bytes += bytes(before.write());
      set(before.key(), before.write());
    }
    replaced.clear();
  }

  /** Ends the step. */
  void end() {
    undo = null;
  }

  private static long bytes(@Nullable Write write) {
    return write == null ? 0 : write.bytes();
  }

  /** Heap bytes that all of it takes, estimated. */
  long heapBytes() {
    return bytes + readBytes + (long) OVERHEAD_BYTES * writes.size();
  }

  boolean hasWrites() {
    return !writes.isEmpty();
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
