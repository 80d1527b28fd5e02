package io.varve.storage.rocksdb;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test that leaves a native object open which was not open before it, and shows where each
 * was opened. Add it with {@code @ExtendWith(NoLeaks.class)}; not for tests that run in parallel.
 */
public final class NoLeaks implements BeforeEachCallback, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(NoLeaks.class);

  private record Before(long open, Set<NativeHandles.Opened> opened) {}

  @Override
  public void beforeEach(ExtensionContext context) {
    context
        .getStore(NAMESPACE)
        .put(Before.class, new Before(NativeHandles.open(), Set.copyOf(NativeHandles.stacks())));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Before before = context.getStore(NAMESPACE).remove(Before.class, Before.class);
    if (before == null || NativeHandles.open() == before.open()) {
      return;
    }
    Set<NativeHandles.Opened> left = new HashSet<>(NativeHandles.stacks());
    left.removeAll(before.opened());
    throw leak(NativeHandles.open() - before.open(), List.copyOf(left));
  }

  private static AssertionError leak(long count, List<NativeHandles.Opened> left) {
    var error = new AssertionError("The test changed the number of native objects by " + count);
    left.forEach(error::addSuppressed);
    return error;
  }
}
