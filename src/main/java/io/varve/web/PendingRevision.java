package io.varve.web;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/**
 * The revision of a commit in an answer that is written before the commit has one.
 *
 * <p>An answer is kept with its commit, so its text is made ahead. Where it names the revision it
 * has a zero byte, which JSON has nowhere else: in a string it would be escaped. Once the revision
 * is known, each zero byte becomes its digits.
 */
final class PendingRevision {
  /** Stands for the revision in the records that become JSON. */
  static final long VALUE = -1;

  private static final byte PLACE = 0;
  private static final String PLACE_TEXT = "\0";

  private PendingRevision() {}

  /** The answer, with the revision in place. */
  static byte[] fill(byte[] template, long revision) {
    byte[] digits = Long.toString(revision).getBytes(StandardCharsets.US_ASCII);
    var filled = new ByteArrayOutputStream(template.length + 4 * digits.length);
    for (byte each : template) {
      if (each == PLACE) {
        filled.writeBytes(digits);
      } else {
        filled.write(each);
      }
    }
    return filled.toByteArray();
  }

  /** Writes a number, or the place of one. */
  static final class Writer extends ValueSerializer<Long> {
    @Override
    public void serialize(Long revision, JsonGenerator json, SerializationContext context) {
      if (revision == VALUE) {
        json.writeRawValue(PLACE_TEXT);
      } else {
        json.writeNumber(revision);
      }
    }
  }
}
