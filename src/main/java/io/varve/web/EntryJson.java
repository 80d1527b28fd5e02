package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.varve.model.Entry;
import io.varve.model.Revision;
import org.jspecify.annotations.Nullable;

/**
 * An entry as clients see it.
 *
 * @param key the key
 * @param value its value; left out where only keys were asked for
 * @param contentType the content type it was given; left out where there was none
 * @param revision the revision that wrote it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record EntryJson(Bytes key, @Nullable Bytes value, @Nullable String contentType, long revision) {
  static EntryJson of(Entry entry) {
    return of(entry, entry.revision(), false);
  }

  /** An entry; one that its own transaction wrote gets the revision of the commit. */
  static EntryJson of(Entry entry, Revision commit, boolean keysOnly) {
    Revision revision = entry.revision().equals(Revision.ZERO) ? commit : entry.revision();
    return new EntryJson(
        Bytes.of(entry.key()),
        keysOnly ? null : Bytes.of(entry.value()),
        keysOnly ? null : entry.value().contentType(),
        revision.value());
  }
}
