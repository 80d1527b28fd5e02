package io.varve.jobs;

import io.varve.model.Revision;
import java.time.Duration;

/** How often room is made while an alarm about it lasts. Used by one thread at a time. */
final class RoomPace {
  /*
   * Deletes make room only once they are flushed and pruned, so after a commit it is soon tried
   * again. Without one only time lets more go, and each try takes twice as long to come as the one
   * before.
   */
  private static final long FIRST_PAUSE_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long LONGEST_PAUSE_NANOS = Duration.ofMinutes(1).toNanos();

  private Revision seen = Revision.ZERO;
  private long lastNanos;
  private long pauseNanos = FIRST_PAUSE_NANOS;

  /** An alarm has begun or changed, for which room is made at once. */
  void begin(Revision visible, long nowNanos) {
    seen = visible;
    lastNanos = nowNanos;
    pauseNanos = FIRST_PAUSE_NANOS;
  }

  /** Whether it is time again, which begins the next pause. */
  boolean isDue(Revision visible, long nowNanos) {
    if (!visible.equals(seen)) {
      seen = visible;
      pauseNanos = FIRST_PAUSE_NANOS;
    }
    if (nowNanos - lastNanos < pauseNanos) {
      return false;
    }
    lastNanos = nowNanos;
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    return true;
  }
}
