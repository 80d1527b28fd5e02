package io.varve.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullMarked;

/** What tests expect of a {@link StoreException}. */
@NullMarked
public final class StoreFailure {
  private StoreFailure() {}

  /** The exception that {@code call} throws, which must be a StoreException of this code. */
  public static StoreException expect(ErrorCode code, ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).as("expected %s", code).isInstanceOf(StoreException.class);
    StoreException failure = (StoreException) thrown;
    assertThat(failure.code()).as(failure.toString()).isEqualTo(code);
    return failure;
  }
}
