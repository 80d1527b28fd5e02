package io.varve.web;

import io.swagger.v3.oas.annotations.media.Schema;
import io.varve.access.Action;
import io.varve.model.Key;
import io.varve.model.StoreErrors;
import io.varve.txn.AdaptiveBatchWriter;
import io.varve.txn.Operation;
import io.varve.web.TxnRequest.KeyJson;
import io.varve.web.TxnRequest.PutJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectReader;

/** A line of a bulk load: exactly one of two. */
@Schema(
    name = "BulkLine",
    description = "A line of a bulk load: exactly one of two.",
    minProperties = 1,
    maxProperties = 1)
record BulkLine(
    @Schema(description = "Write a key.") @Nullable PutJson put,
    @Schema(description = "Delete a key.") @Nullable KeyJson delete) {
  private static final String LINE = "body";

  /** The line that {@code lines} is at. */
  static BulkLine read(LineReader lines, ObjectReader json) {
    BulkLine line;
    try {
      line = lines.read(json, BulkLine.class);
    } catch (JacksonException e) {
      if (lines.hasSecondValue(json)) {
        throw StoreErrors.malformed(
            LINE,
            "There is more than one JSON value on this line. Write one a line; curl keeps the line"
                + " ends of a file with --data-binary, not with -d.");
      }
      throw MalformedJson.ofLine(e);
    }
    if (line == null) {
      throw StoreErrors.malformed(LINE, "This must be an object.");
    }
    return line;
  }

  /** Throws FORBIDDEN where {@code caller} may not do that. */
  void writeTo(AdaptiveBatchWriter writer, Caller caller) {
    TxnRequest.requireOne(LINE, "put and delete", put, delete);
    if (put != null) {
      Operation.Put operation = put.toOperation("put");
      caller.require(Action.WRITE, operation.key());
      writer.put(operation.key(), operation.value());
    } else if (delete != null) {
      Key key = TxnRequest.keyOf("delete", delete.key());
      caller.require(Action.WRITE, key);
      writer.delete(key);
    }
  }
}
