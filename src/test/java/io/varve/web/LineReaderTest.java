package io.varve.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import io.varve.model.StoreFailure;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Tests for {@link LineReader}. */
final class LineReaderTest {
  private static final ObjectReader JSON = JsonMapper.builder().build().readerFor(JsonNode.class);

  private static LineReader reader(String body, long maxBytes) {
    return new LineReader(new ByteArrayInputStream(body.getBytes(UTF_8)), -1, maxBytes, _ -> {});
  }

  /** What is in the lines, "blank" for those with nothing, and where each stands. */
  private static List<String> lines(LineReader reader) throws IOException {
    List<String> found = new ArrayList<>();
    while (reader.next()) {
      String text = reader.isBlank() ? "blank" : "" + reader.read(JSON, JsonNode.class);
      found.add(reader.number() + ":" + text);
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1\n2\n", "1\n2", "1\r\n2\r\n", "1\r\n2", "1\n2\r"})
  void next_whateverEndsALine(String body) throws IOException {
    assertThat(lines(reader(body, 10))).containsExactly("1:1", "2:2");
  }

  @Test
  void next_blankLinesCount() throws IOException {
    assertThat(lines(reader("\n1\n \t\r\n\n2\n\n", 10)))
        .containsExactly("1:blank", "2:1", "3:blank", "4:blank", "5:2", "6:blank");
  }

  @Test
  void next_emptyBody() throws IOException {
    LineReader reader = reader("", 10);
    reader.awaitFirst();
    assertThat(reader.next()).isFalse();
    assertThat(reader.next()).isFalse();
    assertThat(reader.number()).isZero();
  }

  /** However the bytes arrive: the last line here is longer than what is read at a time. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100_000})
  void next_inPieces(int piece) throws IOException {
    String large = "\"" + "x".repeat(70_000) + "\"";
    String body = "1\r\n" + large + "\n2\n" + large;
    LineReader reader =
        new LineReader(
            inPieces(body.getBytes(UTF_8), piece), body.length(), large.length(), _ -> {});
    reader.awaitFirst();
    assertThat(lines(reader)).containsExactly("1:1", "2:" + large, "3:2", "4:" + large);
  }

  private static InputStream inPieces(byte[] body, int piece) {
    return new ByteArrayInputStream(body) {
      @Override
      public int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(length, piece));
      }
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", ""})
  void next_lineOfExactlyTheBound(String end) throws IOException {
    for (int bound : new int[] {8, 40_000}) {
      String line = "\"" + "x".repeat(bound - 2) + "\"";
      assertThat(lines(reader("1\n" + line + end, bound))).containsExactly("1:1", "2:" + line);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "", "\n2\n"})
  void next_oneByteMore(String end) throws IOException {
    for (int bound : new int[] {8, 40_000}) {
      LineReader reader = reader("1\n\"" + "x".repeat(bound - 1) + "\"" + end, bound);
      assertThat(reader.next()).isTrue();
      StoreException tooLong = StoreFailure.expect(ErrorCode.REQUEST_TOO_LARGE, reader::next);
      assertThat(tooLong.detail())
          .isEqualTo("The line is " + (bound + 1) + " bytes; the limit is " + bound + ".");
      assertThat(reader.number()).isEqualTo(2);
    }
  }

  /** Of a line without an end no more is held than the bound allows. */
  @Test
  void next_endlessLine() {
    InputStream endless =
        new InputStream() {
          private int read;

          @Override
          public int read() {
            return 'x';
          }

          @Override
          public int read(byte[] target, int offset, int length) {
            Arrays.fill(target, offset, offset + length, (byte) 'x');
            read += length;
            assertThat(read).isLessThan(101_000);
            return length;
          }
        };
    LineReader reader = new LineReader(endless, -1, 100_000, _ -> {});
    StoreFailure.expect(ErrorCode.REQUEST_TOO_LARGE, reader::next);
    assertThat(reader.number()).isEqualTo(1);
  }

  @Test
  void next_bodyShorterThanAnnounced() throws IOException {
    LineReader reader =
        new LineReader(new ByteArrayInputStream("1\n2".getBytes(UTF_8)), 4, 10, _ -> {});
    assertThat(reader.next()).isTrue();
    assertThatExceptionOfType(EOFException.class).isThrownBy(reader::next);
  }

  @Test
  void read_invalidUtf8() throws IOException {
    byte[] body = {'"', (byte) 0xC3, '"', '\n'};
    LineReader reader = new LineReader(new ByteArrayInputStream(body), -1, 10, _ -> {});
    assertThat(reader.next()).isTrue();
    assertThatExceptionOfType(JacksonException.class)
        .isThrownBy(() -> reader.read(JSON, JsonNode.class));
  }
}
