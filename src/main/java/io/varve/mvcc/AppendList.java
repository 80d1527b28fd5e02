package io.varve.mvcc;

import java.util.Arrays;

/**
 * A list that one thread at a time appends to, under a lock of its own, while any number of threads
 * read without one. A reader sees every element below a {@link #size()} it has read.
 *
 * <p>The writer stores the element before it raises the size, and a larger array before either; a
 * reader loads the two in the opposite order.
 */
final class AppendList<T> {
  private static final int INITIAL_CAPACITY = 256;

  private volatile Object[] elements = new Object[INITIAL_CAPACITY];
  private volatile int size;

  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
  void append(T element) {
    int at = size;
    Object[] target = elements;
    if (at == target.length) {
      target = Arrays.copyOf(target, 2 * at);
      elements = target;
    }
    target[at] = element;
    size = at + 1;
  }

  int size() {
    return size;
  }

  @SuppressWarnings("unchecked") // only append stores elements
  T get(int index) {
    return (T) elements[index];
  }
}
