package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import org.junit.jupiter.api.Test;

/** Tests for {@link ByteBudget}. */
final class ByteBudgetTest {
  private final ByteBudget budget = new ByteBudget(100);

  @Test
  void add_upToTheLimit() {
    ByteBudget.Share first = budget.open();
    ByteBudget.Share second = budget.open();
    first.add(60);
    second.add(40);
    assertThat(budget.held()).isEqualTo(100);

    assertThatThrownBy(() -> second.add(1))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
              assertThat(e.context()).containsEntry("limit", 100L).containsKey("retryAfterMs");
            });
    assertThat(budget.held()).isEqualTo(100);
    first.release();
    second.add(1);
    assertThat(budget.held()).isEqualTo(41);
  }

  @Test
  void add_alone_mayHaveMore() {
    ByteBudget.Share alone = budget.open();
    alone.add(50);
    alone.add(500);
    assertThat(budget.held()).isEqualTo(550);
    assertThatThrownBy(() -> budget.open().add(1)).isInstanceOf(StoreException.class);
    alone.release();
    assertThat(budget.held()).isZero();
  }

  @Test
  void release_twice_givesBackOnce() {
    ByteBudget.Share share = budget.open();
    ByteBudget.Share other = budget.open();
    other.add(5);
    share.add(10);
    share.release();
    share.release();
    assertThat(budget.held()).isEqualTo(5);
  }

  @Test
  void shrinkTo_givesTheRestBack() {
    ByteBudget.Share share = budget.open();
    share.add(10);
    share.add(20);
    share.shrinkTo(10);
    assertThat(budget.held()).isEqualTo(10);
    assertThat(share.bytes()).isEqualTo(10);
  }
}
