package io.varve.client;

import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where the server is, and how to deal with it.
 *
 * @param baseUri scheme, host and port, and the path that a proxy may have put before; no slash at
 *     the end
 * @param connectTimeout for a connection to be made
 * @param requestTimeout for an answer to be there, connection included
 * @param token to show to the server; null for none
 * @param sslContext whom to trust and what certificate to show; null for what the JDK does
 * @param retry how often to try
 * @param headers to send beside our own, asked for with each try
 */
record ClientSettings(
    String baseUri,
    Duration connectTimeout,
    Duration requestTimeout,
    @Nullable BearerToken token,
    @Nullable SSLContext sslContext,
    RetryPolicy retry,
    Supplier<Map<String, String>> headers) {
  /** Without the token. */
  @Override
  public String toString() {
    return "ClientSettings[" + baseUri + "]";
  }
}
