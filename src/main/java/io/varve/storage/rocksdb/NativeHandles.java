package io.varve.storage.rocksdb;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.rocksdb.AbstractNativeReference;

/**
 * Counts the native objects of this process that are open, since nothing ever frees one that was
 * forgotten. With assertions enabled, as in tests, it also knows where each was opened. Objects
 * that a try-with-resources closes within one method are not counted. Thread-safe.
 */
final class NativeHandles {
  private static final boolean KEEP_STACKS = NativeHandles.class.desiredAssertionStatus();
  private static final LongAdder OPEN = new LongAdder();

  @GuardedBy("STACKS")
  private static final IdentityHashMap<AbstractNativeReference, Opened> STACKS =
      new IdentityHashMap<>();

  /** Where a native object was opened; never thrown. */
  static final class Opened extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private Opened(AbstractNativeReference handle) {
      super(handle.getClass().getSimpleName() + " was opened here and is still open");
    }
  }

  private NativeHandles() {}

  /** Counts {@code handle} until {@link #close} and returns it. */
  static <T extends AbstractNativeReference> T track(T handle) {
    OPEN.increment();
    if (KEEP_STACKS) {
      synchronized (STACKS) {
        STACKS.put(handle, new Opened(handle));
      }
    }
    return handle;
  }

  /** Closes a tracked object. Only its owner may call this, and only once. */
  static void close(AbstractNativeReference handle) {
    try {
      handle.close();
    } finally {
      untrack(handle);
    }
  }

  /** Stops counting an object that its owner has closed. */
  static void untrack(AbstractNativeReference handle) {
    OPEN.decrement();
    if (KEEP_STACKS) {
      synchronized (STACKS) {
        STACKS.remove(handle);
      }
    }
  }

  /** How many are open in this process. */
  static long open() {
    return OPEN.sum();
  }

  /** Where each was opened; empty unless assertions are enabled. */
  static List<Opened> stacks() {
    synchronized (STACKS) {
      return List.copyOf(STACKS.values());
    }
  }
}
