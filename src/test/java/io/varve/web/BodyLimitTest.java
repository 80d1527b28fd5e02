package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** Tests for {@link BodyLimit}. */
final class BodyLimitTest {
  private static final long UNKNOWN = -1;

  private final BodyLimit limit = new BodyLimit(ErrorCode.VALUE_TOO_LARGE, "The value", 4);

  /** Never ends; fails the test when more than {@code allowed} bytes are asked of it. */
  private static final class Endless extends InputStream {
    private final long allowed;
    private long given;

    Endless(long allowed) {
      this.allowed = allowed;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      given += length;
      assertThat(given).as("bytes read of a body over the limit").isLessThanOrEqualTo(allowed);
      return length;
    }
  }

  private final ByteBudget.Share share = new ByteBudget(1_000_000).open();

  private static InputStream body(int length) {
    return new ByteArrayInputStream(new byte[length]);
  }

  @Test
  void readAll_upToTheLimit() throws IOException {
    assertThat(limit.readAll(body(4), 4, share)).hasSize(4);
    assertThat(limit.readAll(body(4), UNKNOWN, share)).hasSize(4);
    assertThat(limit.readAll(body(0), UNKNOWN, share)).isEmpty();
  }

  @Test
  void readAll_announcedOverIt_isNotRead() {
    assertTooLarge(() -> limit.readAll(new Endless(0), 5, share), 5);
  }

  @Test
  void readAll_turnsOutOverIt_stops() {
    assertThatThrownBy(() -> limit.readAll(new Endless(100_000), UNKNOWN, share))
        .isInstanceOf(StoreException.class);
    assertTooLarge(() -> limit.readAll(body(5), UNKNOWN, share), 5);
  }

  @Test
  void readAll_shorterThanAnnounced_fails() {
    assertThatThrownBy(() -> limit.readAll(body(2), 3, share)).isInstanceOf(EOFException.class);
  }

  @Test
  void limit_countsSingleBytes() throws IOException {
    InputStream bounded = limit.limit(body(5), share);
    for (int i = 0; i < 4; i++) {
      assertThat(bounded.read()).isZero();
    }
    assertTooLarge(bounded::read, 5);
  }

  private interface Reading {
    void run() throws IOException;
  }

  private static void assertTooLarge(Reading reading, long actual) {
    assertThatThrownBy(reading::run)
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.VALUE_TOO_LARGE);
              assertThat(e.context()).containsEntry("limit", 4L).containsEntry("actual", actual);
            });
  }
}
