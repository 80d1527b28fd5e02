package io.varve.authentication;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.nimbusds.jose.RemoteKeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an issuer, fetched when they are needed first and again when they may have changed.
 */
public final class IssuerKeys implements JWKSource<SecurityContext> {
  /*
   * Anybody can send a token with the name of a key that nobody has, and such a name may be that of
   * a key which the issuer has just made. So it does have the keys fetched again, but only so often
   * in a while; beyond that it is a token of an unknown key and nothing else. The same bound holds
   * while the issuer does not answer. One thread fetches at a time. Who finds old keys goes on with
   * them meanwhile; who finds none waits, and takes what the one before it has got.
   */

  /** An issuer that takes a key back expects that to be seen within minutes. */
  private static final long FRESH_NANOS = Duration.ofMinutes(5).toNanos();

  /** How long keys do while the issuer does not answer. */
  private static final long USABLE_NANOS = Duration.ofHours(1).toNanos();

  private static final int FETCHES = 3;
  private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();

  private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);

  private final KeyFetch source;
  private final LongSupplier nanoTime;

  /** Held by the one that fetches. */
  private final ReentrantLock fetching = new ReentrantLock();

  private volatile @Nullable Fetched fetched;

  /** Fetches that have ended. Rises while one fetches. */
  private final AtomicLong attempts = new AtomicLong();

  @GuardedBy("fetching")
  private long windowStart;

  @GuardedBy("fetching")
  private int fetchesInWindow;

  @GuardedBy("fetching")
  private boolean failing;

  private record Fetched(JWKSet keys, long at) {}

  /** Fetches nothing yet. */
  public IssuerKeys(KeyFetch source, LongSupplier nanoTime) {
    this.source = source;
    this.nanoTime = nanoTime;
    this.windowStart = nanoTime.getAsLong() - WINDOW_NANOS;
  }

  /** The keys that may have made a signature; none if the issuer has no such key. */
  @Override
  public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context)
      throws RemoteKeySourceException {
    long seenAttempts = attempts.get();
    Fetched known = fetched;
    if (known == null || isOlder(known, USABLE_NANOS)) {
      known = fetchOrWait(seenAttempts);
    } else if (isOlder(known, FRESH_NANOS)) {
      known = fetchUnlessAnotherDoes(known, seenAttempts);
    }
    List<JWK> found = selector.select(known.keys());
    return found.isEmpty() ? selector.select(fetchOrWait(seenAttempts).keys()) : found;
  }

  private Fetched fetchUnlessAnotherDoes(Fetched known, long seenAttempts)
      throws RemoteKeySourceException {
    if (!fetching.tryLock()) {
      return known;
    }
    try {
      return attempts.get() == seenAttempts ? fetch() : usable(null);
    } finally {
      fetching.unlock();
    }
  }

  private Fetched fetchOrWait(long seenAttempts) throws RemoteKeySourceException {
    fetching.lock();
    try {
      return attempts.get() == seenAttempts ? fetch() : usable(null);
    } finally {
      fetching.unlock();
    }
  }

  @GuardedBy("fetching")
  private Fetched fetch() throws RemoteKeySourceException {
    if (!takeTurn()) {
      return usable(null);
    }
    try {
      Fetched now = new Fetched(source.fetch(), nanoTime.getAsLong());
      fetched = now;
      if (failing) {
        log.info("The issuer of tokens answers again.");
      }
      failing = false;
      return now;
    } catch (IOException e) {
      if (!failing) {
        log.warn("The keys of the issuer of tokens cannot be fetched: {}", e.getMessage());
      }
      failing = true;
      return usable(e);
    } finally {
      attempts.incrementAndGet();
    }
  }

  /** Whether there may be another fetch now. */
  @GuardedBy("fetching")
  private boolean takeTurn() {
    long now = nanoTime.getAsLong();
    if (now - windowStart >= WINDOW_NANOS) {
      windowStart = now;
      fetchesInWindow = 0;
    }
    return fetchesInWindow++ < FETCHES;
  }

  /** The keys that are there, unless they are too old to be trusted. */
  private Fetched usable(@Nullable IOException failure) throws RemoteKeySourceException {
    Fetched latest = fetched;
    if (latest == null || isOlder(latest, USABLE_NANOS)) {
      throw new RemoteKeySourceException("The issuer does not answer.", failure);
    }
    return latest;
  }

  private boolean isOlder(Fetched keys, long nanos) {
    return nanoTime.getAsLong() - keys.at() >= nanos;
  }
}
