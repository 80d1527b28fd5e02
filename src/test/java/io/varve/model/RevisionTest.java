package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests for {@link Revision}, {@link LostRange}, {@link StoreId} and {@link Retention}. */
final class RevisionTest {
  @Test
  void new_outsideOfWhatJsonHolds() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Revision(-1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Revision(1L << 53));
    assertThat(new Revision((1L << 53) - 1)).hasToString("9007199254740991");
  }

  @Test
  void compareTo_newerIsLarger() {
    assertThat(Revision.ZERO).isLessThan(new Revision(1));
  }

  @Test
  void contains_edgesOfALostRange() {
    LostRange range = new LostRange(new Revision(5), new Revision(7));

    assertThat(range.contains(5)).isFalse();
    assertThat(range.contains(6)).isTrue();
    assertThat(range.contains(7)).isTrue();
    assertThat(range.contains(8)).isFalse();
  }

  @Test
  void storeId_ofBits() {
    assertThat(StoreId.of(0xAB)).hasToString("00000000000000ab");
    assertThat(StoreId.of(-1)).hasToString("ffffffffffffffff");
  }

  @Test
  void storeId_otherText() {
    assertThatIllegalArgumentException().isThrownBy(() -> new StoreId("00000000000000a"));
    assertThatIllegalArgumentException().isThrownBy(() -> new StoreId("00000000000000ag"));
    assertThatIllegalArgumentException().isThrownBy(() -> new StoreId("00000000000000AB"));
  }

  @Test
  void isStricterThan_eitherPart() {
    Retention rule = new Retention(3, Duration.ofMinutes(5));

    assertThat(new Retention(2, Duration.ofMinutes(9)).isStricterThan(rule)).isTrue();
    assertThat(new Retention(9, Duration.ofMinutes(4)).isStricterThan(rule)).isTrue();
    assertThat(new Retention(3, Duration.ofMinutes(5)).isStricterThan(rule)).isFalse();
    assertThat(new Retention(4, Duration.ofMinutes(6)).isStricterThan(rule)).isFalse();
  }

  @Test
  void retention_ofNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Retention(0, Duration.ZERO));
    assertThatIllegalArgumentException().isThrownBy(() -> new Retention(1, Duration.ofMillis(-1)));
  }
}
