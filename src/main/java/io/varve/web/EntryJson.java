package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.varve.model.Entry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonSerialize;

/**
 * An entry as clients see it.
 *
 * @param key the key
 * @param value its value; left out where only keys were asked for
 * @param contentType the content type it was given; left out where there was none
 * @param revision the revision that wrote it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record EntryJson(
    Bytes key,
    @Nullable Bytes value,
    @Nullable String contentType,
    @JsonSerialize(using = PendingRevision.Writer.class) long revision) {
  static EntryJson of(Entry entry) {
    return of(entry, entry.revision().value(), false);
  }

  /** An entry; one that its own transaction wrote gets the revision of the commit. */
  static EntryJson of(Entry entry, long commit, boolean keysOnly) {
    long written = entry.revision().value();
    return new EntryJson(
        Bytes.of(entry.key()),
        keysOnly ? null : Bytes.of(entry.value()),
        keysOnly ? null : entry.value().contentType(),
        written == 0 ? commit : written);
  }
}
