package io.varve.bench.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole request as bytes, with holes where keys and values go. Keys and values have fixed widths,
 * so requests differ in nothing but what is in the holes: not even in their length.
 */
final class RequestTemplate {
  /**
   * Where a key or value goes.
   *
   * @param offset of its first byte
   * @param entry which entry of the request it belongs to, from 0
   * @param isKey whether it is the key of that entry, not its value
   */
  record Hole(int offset, int entry, boolean isKey) {}

  private final byte[] bytes;
  private final List<Hole> holes;
  private final int entries;
  private final FieldEncoding encoding;

  private RequestTemplate(byte[] bytes, List<Hole> holes, int entries, FieldEncoding encoding) {
    this.bytes = bytes;
    this.holes = holes;
    this.entries = entries;
    this.encoding = encoding;
  }

  /** {@code request} to the host and port {@code authority}, with a token if there is one. */
  static RequestTemplate of(
      RequestText request,
      String authority,
      @Nullable String token,
      FieldEncoding encoding,
      int valueBytes) {
    int keyWidth = encoding.width(Entries.KEY_BYTES);
    int valueWidth = encoding.width(valueBytes);
    String text = head(request, authority, token, keyWidth, valueWidth) + request.body();
    StringBuilder expanded = new StringBuilder();
    List<Hole> holes = new ArrayList<>();
    int entry = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == RequestText.KEY) {
        holes.add(new Hole(expanded.length(), entry, true));
        expanded.repeat('.', keyWidth);
      } else if (c == RequestText.VALUE) {
        holes.add(new Hole(expanded.length(), entry++, false));
        expanded.repeat('.', valueWidth);
      } else {
        expanded.append(c);
      }
    }
    byte[] bytes = expanded.toString().getBytes(StandardCharsets.US_ASCII);
    return new RequestTemplate(bytes, List.copyOf(holes), Math.max(1, entry), encoding);
  }

  private static String head(
      RequestText request, String authority, @Nullable String token, int keyWidth, int valueWidth) {
    StringBuilder head = new StringBuilder();
    head.append(request.method()).append(' ').append(request.target()).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(authority).append("\r\n");
    if (token != null) {
      head.append("Authorization: Bearer ").append(token).append("\r\n");
    }
    if (request.contentType() != null) {
      int length = request.body().length();
      length += count(request.body(), RequestText.KEY) * (keyWidth - 1);
      length += count(request.body(), RequestText.VALUE) * (valueWidth - 1);
      head.append("Content-Type: ").append(request.contentType()).append("\r\n");
      head.append("Content-Length: ").append(length).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  private static int count(String text, char wanted) {
    return (int) text.chars().filter(c -> c == wanted).count();
  }

  /** A copy of the bytes, to be filled. */
  byte[] copyBytes() {
    return bytes.clone();
  }

  List<Hole> holes() {
    return holes;
  }

  /** How many entries a request has. */
  int entries() {
    return entries;
  }

  FieldEncoding encoding() {
    return encoding;
  }
}
