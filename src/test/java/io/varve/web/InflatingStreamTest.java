package io.varve.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.observation.ObservationRegistry;
import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests for {@link InflatingStream}. */
final class InflatingStreamTest {
  private static final byte[] TEXT = "The body, and once more: the body.".getBytes(UTF_8);

  private final WorkPools pools =
      new WorkPools(new PoolSettings(1, 1, 1, 1), ObservationRegistry.NOOP);

  @AfterEach
  void close() {
    pools.close();
  }

  @Test
  void gzip_isDecoded() throws IOException {
    assertThat(decode(gzip(TEXT), ContentCoding.GZIP)).isEqualTo(TEXT);
    assertThat(decode(gzip(new byte[0]), ContentCoding.GZIP)).isEmpty();
  }

  @Test
  void gzip_ofManyBytes_isDecoded() throws IOException {
    byte[] bytes = new byte[1 << 20];
    new Random(7).nextBytes(bytes);
    Arrays.fill(bytes, 0, bytes.length / 2, (byte) 'x');
    assertThat(decode(gzip(bytes), ContentCoding.GZIP)).isEqualTo(bytes);
  }

  @Test
  void gzip_ofSeveralMembers_isOneBody() throws IOException {
    assertThat(decode(both(gzip(TEXT), gzip(TEXT)), ContentCoding.GZIP))
        .isEqualTo(both(TEXT, TEXT));
  }

  @Test
  void gzip_withAllFields_isDecoded() throws IOException {
    byte[] plain = gzip(TEXT);
    var all = new ByteArrayOutputStream();
    all.write(new byte[] {0x1f, (byte) 0x8b, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 0});
    all.write(new byte[] {3, 0, 'a', 'b', 'c'});
    all.write("name\0comment\0".getBytes(UTF_8));
    all.write(new byte[] {1, 2});
    all.write(plain, 10, plain.length - 10);
    assertThat(decode(all.toByteArray(), ContentCoding.GZIP)).isEqualTo(TEXT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void deflate_withZlibOrWithout_isDecoded(boolean raw) throws IOException {
    assertThat(decode(deflate(TEXT, raw), ContentCoding.DEFLATE)).isEqualTo(TEXT);
    assertThat(decode(deflate(new byte[0], raw), ContentCoding.DEFLATE)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void cutOff_isRefused_wherever(boolean isGzip) throws IOException {
    byte[] whole = isGzip ? gzip(TEXT) : deflate(TEXT, false);
    ContentCoding coding = isGzip ? ContentCoding.GZIP : ContentCoding.DEFLATE;
    for (int length = 0; length < whole.length; length++) {
      assertMalformed(Arrays.copyOf(whole, length), coding, "The body ends before this coding");
    }
  }

  @Test
  void cutOff_betweenMembers_isNoEnd() throws IOException {
    byte[] one = gzip(TEXT);
    var body = new InflatingStream(slow(one), ContentCoding.GZIP, one.length + 1L, pools);
    assertThatThrownBy(body::readAllBytes).isInstanceOf(EOFException.class);
  }

  @Test
  void whatFollows_isRefused() throws IOException {
    assertMalformed(both(gzip(TEXT), TEXT), ContentCoding.GZIP, "The body is not in this coding.");
    assertMalformed(
        both(deflate(TEXT, false), TEXT), ContentCoding.DEFLATE, "The body is not in this coding.");
    assertMalformed(TEXT, ContentCoding.GZIP, "The body is not in this coding.");
  }

  @Test
  void damage_isRefused_wherever() throws IOException {
    byte[] whole = gzip(TEXT);
    int harmless = 0;
    for (int i = 10; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 0x10;
      try {
        // A few bits stand for nothing.
        assertThat(decode(damaged, ContentCoding.GZIP)).isEqualTo(TEXT);
        harmless++;
      } catch (StoreException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST);
      }
    }
    assertThat(harmless).isLessThan(2);
  }

  @Test
  void whatStandsForNothing_isBounded() throws IOException {
    byte[] nothing = gzip(new byte[0]);
    var many = new ByteArrayOutputStream();
    for (int i = 0; i < 10_000; i++) {
      many.write(nothing);
    }
    assertMalformed(many.toByteArray(), ContentCoding.GZIP, "The body is far longer");
  }

  @Test
  void flushedBytes_areThereBeforeTheEnd() throws IOException {
    var coded = new ByteArrayOutputStream();
    var gzip = new GZIPOutputStream(coded, true);
    gzip.write(TEXT);
    gzip.flush();
    var body =
        new InflatingStream(
            new ByteArrayInputStream(coded.toByteArray()), ContentCoding.GZIP, -1, pools);
    byte[] target = new byte[100];
    assertThat(body.read(target)).isEqualTo(TEXT.length);
    assertThat(target).startsWith(TEXT);
  }

  private byte[] decode(byte[] coded, ContentCoding coding) throws IOException {
    try (var body = new InflatingStream(slow(coded), coding, coded.length, pools)) {
      return body.readAllBytes();
    }
  }

  private void assertMalformed(byte[] coded, ContentCoding coding, String detail) {
    assertThatThrownBy(() -> decode(coded, coding))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_REQUEST);
              assertThat(e.detail()).startsWith(detail);
            });
  }

  /** Gives seven bytes at a time at most. */
  private static InputStream slow(byte[] bytes) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] target, int offset, int length) {
        return super.read(target, offset, Math.min(7, length));
      }
    };
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var coded = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(coded)) {
      out.write(bytes);
    }
    return coded.toByteArray();
  }

  private static byte[] deflate(byte[] bytes, boolean raw) throws IOException {
    var coded = new ByteArrayOutputStream();
    var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, raw);
    try (var out = new DeflaterOutputStream(coded, deflater)) {
      out.write(bytes);
    } finally {
      deflater.end();
    }
    return coded.toByteArray();
  }

  private static byte[] both(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
