package io.varve.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.model.Entry;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonSerialize;

/** An entry as clients see it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Entry", description = "An entry.")
record EntryJson(
    @Schema(description = "The key.", example = "users/42") Bytes key,
    @Schema(description = "Its value; left out where only keys were asked for.", example = "Ada")
        @Nullable Bytes value,
    @Schema(
            description = "The content type that it was given; left out where there was none.",
            example = "text/plain")
        @Nullable String contentType,
    @Schema(
            description =
                "The revision that wrote it; 0 for what a transaction wrote that is not committed.",
            example = "913")
        @JsonSerialize(using = PendingRevision.Writer.class)
        long revision) {
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
