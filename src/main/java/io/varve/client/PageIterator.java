package io.varve.client;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The items of all pages, each fetched when the one before it is used up. */
final class PageIterator<T> implements Iterator<T> {
  private final Function<@Nullable String, Json.Page<T>> fetch;
  private @Nullable Iterator<T> items;
  private @Nullable String next;

  /**
   * Begins before the first page.
   *
   * @param fetch gets the page of a token, and the first one where that is null
   */
  PageIterator(Function<@Nullable String, Json.Page<T>> fetch) {
    this.fetch = fetch;
  }

  Stream<T> stream() {
    int order = Spliterator.ORDERED | Spliterator.NONNULL;
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(this, order), false);
  }

  @Override
  public boolean hasNext() {
    // A page may be empty, and yet not be the last.
    while (items == null || (!items.hasNext() && next != null)) {
      Json.Page<T> page = fetch.apply(next);
      items = page.items().iterator();
      next = page.next();
    }
    return items.hasNext();
  }

  @Override
  public T next() {
    if (!hasNext() || items == null) {
      throw new NoSuchElementException();
    }
    return items.next();
  }
}
