package io.varve.txn;

import io.varve.model.ErrorCode;
import io.varve.model.StoreException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Which writes are let in at the moment: asked before every commit, told by whoever watches the
 * disk and the engine. Thread-safe.
 *
 * <p>This comes before the engine feels anything: once it has run out of space or stops its
 * writers, it is too late for an orderly refusal.
 */
public final class WriteAdmission {
  private volatile Ruling ruling = Ruling.OPEN;

  /** Which writes are let in. */
  public enum Admitted {
    /** All of them. */
    ALL,
    /** Commits that only delete, since these make room. */
    DELETES,
    /** None. */
    NONE
  }

  /**
   * What holds until the next ruling.
   *
   * @param admitted which writes are let in
   * @param refusal what the others are told
   * @param delayNanos how long each of those let in is held up first
   */
  public record Ruling(Admitted admitted, Supplier<StoreException> refusal, long delayNanos) {
    /** Everything is let in at once. */
    public static final Ruling OPEN = delayed(0);

    /** Everything is let in, after a delay. */
    public static Ruling delayed(long delayNanos) {
      return new Ruling(
          Admitted.ALL,
          () -> {
            throw new IllegalStateException("everything is let in");
          },
          delayNanos);
    }

    /** Whether nothing is let in since the disk is full. */
    public boolean isDiskFull() {
      return admitted == Admitted.NONE && refusal.get().code() == ErrorCode.DISK_FULL;
    }
  }

  /** Rules from now on. */
  public void rule(Ruling next) {
    ruling = next;
  }

  /** What holds now. */
  public Ruling ruling() {
    return ruling;
  }

  /**
   * Lets a write in, perhaps after a delay, or throws {@code DISK_FULL} or {@code WRITE_STALL}.
   *
   * @param onlyDeletes whether it makes room; asked only if that matters
   */
  void admit(BooleanSupplier onlyDeletes) {
    Ruling now = ruling;
    switch (now.admitted()) {
      case ALL -> {
        if (now.delayNanos() > 0) {
          LockSupport.parkNanos(now.delayNanos());
        }
      }
      case DELETES -> {
        if (!onlyDeletes.getAsBoolean()) {
          throw now.refusal().get();
        }
      }
      case NONE -> throw now.refusal().get();
    }
  }
}
