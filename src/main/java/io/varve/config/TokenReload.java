package io.varve.config;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.varve.authentication.KnownTokens;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.config.ConfigDataException;
import org.springframework.context.SmartLifecycle;

/**
 * Takes tokens over that were added, changed or removed in the settings while the service runs. A
 * mistake there changes nothing: the tokens that were known stay, and the log tells it once.
 */
final class TokenReload implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(TokenReload.class);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(5);

  /** How the time between two readings passes. */
  @FunctionalInterface
  interface Pause {
    /** Returns when it is over. */
    void await() throws InterruptedException;
  }

  private final Supplier<Map<String, TokenSettings>> files;
  private final KnownTokens known;
  private final InstantSource clock;
  private final @Nullable Pause pause;
  private final long maxPrefixBytes;
  private final AtomicLong failures = new AtomicLong();

  /** What is in force. Of the thread that reads. */
  private Map<String, TokenSettings> current;

  /** What the log has last told of, or empty if nothing is wrong. Of the thread that reads. */
  private String mistake = "";

  @GuardedBy("this")
  private @Nullable Thread reader;

  /**
   * Does not start by itself.
   *
   * @param files the tokens that the settings have now
   * @param known takes them over
   * @param rules what the service has started with
   * @param maxPrefixBytes of a prefix of keys
   * @param pause before each reading; null for no reading at all
   */
  TokenReload(
      Supplier<Map<String, TokenSettings>> files,
      KnownTokens known,
      AccessRules rules,
      long maxPrefixBytes,
      @Nullable Pause pause) {
    this.files = files;
    this.known = known;
    this.clock = rules.clock();
    this.current = rules.security().tokens();
    this.maxPrefixBytes = maxPrefixBytes;
    this.pause = pause;
  }

  /** How often tokens could not be read again since the start. */
  long failures() {
    return failures.get();
  }

  @Override
  public synchronized void start() {
    if (pause != null && reader == null) {
      reader = Thread.ofVirtual().name("varve-token-reload").start(() -> run(pause));
    }
  }

  @Override
  public synchronized boolean isRunning() {
    return reader != null;
  }

  @Override
  public synchronized void stop() {
    if (reader == null) {
      return;
    }
    reader.interrupt();
    try {
      if (!reader.join(LONGEST_STOP)) {
        log.warn("Access: the tokens are still being read; the service stops without waiting.");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    reader = null;
  }

  private void run(Pause between) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        between.await();
        read();
      }
    } catch (InterruptedException _) {
      // The service stops.
    }
  }

  /** Reads them once. */
  private void read() {
    try {
      Map<String, TokenSettings> found = files.get();
      if (!found.equals(current)) {
        take(found);
      }
      if (!mistake.isEmpty()) {
        log.info("Access: the settings of tokens are right again.");
        mistake = "";
      }
    } catch (RuntimeException e) {
      if (!Thread.currentThread().isInterrupted()) {
        fail(describe(e));
      }
    }
  }

  private void take(Map<String, TokenSettings> found) {
    TokenTable table = TokenTable.of(found, maxPrefixBytes);
    if (table.isEmpty()) {
      throw new AccessException("No token is left.", "Nobody could use the service.");
    }
    known.replace(table.all());
    current = Map.copyOf(found);
    log.info("Access: the tokens have changed; known are {}.", table.describe());
    List<String> expired = table.expired(clock.instant());
    if (!expired.isEmpty()) {
      log.warn("Access: of these tokens, {} have expired and open nothing.", expired);
    }
  }

  private void fail(String what) {
    failures.incrementAndGet();
    if (!what.equals(mistake)) {
      log.error("Access: the tokens stay as they were, since their settings are wrong. {}", what);
      mistake = what;
    }
  }

  /**
   * Without the text of what was read: a parser shows the line that it does not understand, which
   * may be that of a token.
   */
  private static String describe(RuntimeException failure) {
    return switch (failure) {
      case AccessException refusal -> refusal.getMessage() + " " + refusal.action();
      case ConfigDataException missing -> String.valueOf(missing.getMessage());
      default -> "They cannot be read (" + failure.getClass().getSimpleName() + ").";
    };
  }
}
