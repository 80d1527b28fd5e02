package io.varve.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A client of a Varve server. Immutable; any number of threads may share one.
 *
 * <pre>{@code
 * try (var varve = VarveClient.connect(URI.create("http://localhost:8080"))) {
 *   varve.put("users/42", "Ada");
 *   varve.scan(Scan.prefix("users/")).forEach(user -> print(user.key(), user.text()));
 *   varve.transact(tx -> {
 *     long balance = tx.get("balance").map(entry -> Long.parseLong(entry.text())).orElse(0L);
 *     tx.put("balance", Long.toString(balance + 100));
 *     return balance;
 *   });
 * }
 * }</pre>
 *
 * <p>A call that gets no answer, or finds the server too busy, is tried again as the {@link
 * RetryPolicy} says. That is safe for writes too: each carries a key of its own, under which the
 * server does it once. What may well happen, such as a key that is not there or a condition that
 * does not hold, is a result; everything else is a {@link VarveException}, and a write that may or
 * may not have been done is an {@link UnknownOutcomeException}.
 */
public final class VarveClient implements EntryReader, AutoCloseable {
  private static final String BASE = "/v1";

  private final HttpClient http;
  private final ClientSettings settings;
  private final Surroundings surroundings;
  private final HttpCalls calls;
  private final Reads newest;

  VarveClient(ClientSettings settings, Surroundings surroundings) {
    this.settings = settings;
    this.surroundings = surroundings;
    this.http = connections(settings);
    this.calls = new HttpCalls(http, settings, surroundings);
    this.newest = new Reads(calls, BASE, null);
  }

  private static HttpClient connections(ClientSettings settings) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.connectTimeout());
    SSLContext sslContext = settings.sslContext();
    return (sslContext == null ? builder : builder.sslContext(sslContext)).build();
  }

  /** A client of the server at {@code baseUri}, such as {@code http://localhost:8080}. */
  public static VarveClient connect(URI baseUri) {
    return builder(baseUri).build();
  }

  /** Begins a client of the server at {@code baseUri}. */
  public static Builder builder(URI baseUri) {
    return new Builder(baseUri);
  }

  @Override
  public Optional<VarveEntry> get(VarveKey key) {
    return newest.get(key);
  }

  @Override
  public Stream<VarveEntry> scan(Scan scan) {
    return newest.scan(scan);
  }

  @Override
  public Stream<VarveKey> keys(Scan scan) {
    return newest.keys(scan);
  }

  /** Reads the store as it was at {@code revision}. */
  public EntryReader at(long revision) {
    return new Reads(calls, BASE, Targets.at(revision));
  }

  /** Reads the store as it was at {@code time}. */
  public EntryReader at(Instant time) {
    return new Reads(calls, BASE, Targets.at(time));
  }

  /**
   * The entries of a range, in one answer that is read as it comes; faster than {@link #scan} for
   * many. The stream must be closed, and read without long pauses.
   */
  public Stream<VarveEntry> scanAll(Scan scan) {
    Call call =
        Call.read(BASE + "/entries" + Targets.scan(scan, null))
            .header("Accept", "application/x-ndjson");
    return EntryLines.stream(calls.open(call));
  }

  /** The newest versions of a key, as many as the server gives in one answer. */
  public KeyHistory history(String key) {
    return history(VarveKey.of(key), null);
  }

  /** The newest versions of a key, at most {@code limit}; null for the server's default. */
  public KeyHistory history(VarveKey key, @Nullable Integer limit) {
    Targets.Query query =
        new Targets.Query()
            .add("encoding", "base64url")
            .addKey("key", key)
            .addNumber("limit", limit);
    return calls.send(Call.read(BASE + "/history" + query)).read(Json::history);
  }

  /** Writes a text. */
  public PutResult put(String key, String text) {
    return put(VarveKey.of(key), VarveValue.text(text));
  }

  /** Writes a value. */
  public PutResult put(String key, VarveValue value) {
    return put(VarveKey.of(key), value);
  }

  /** Writes a value. */
  public PutResult put(VarveKey key, VarveValue value) {
    return putResult(calls.send(putCall(key, value)));
  }

  /** Writes a text, if the key is not there. */
  public Conditional<PutResult> putIfAbsent(String key, String text) {
    return putIfAbsent(VarveKey.of(key), VarveValue.text(text));
  }

  /** Writes a value, if the key is not there. */
  public Conditional<PutResult> putIfAbsent(VarveKey key, VarveValue value) {
    return conditionally(putCall(key, value).header("If-None-Match", "*"), VarveClient::putResult);
  }

  /** Writes a text in place of {@code entry}, if that is still what is there. */
  public Conditional<PutResult> replace(VarveEntry entry, String text) {
    return replace(entry.key(), entry.etag(), VarveValue.text(text));
  }

  /** Writes a value, if the version of this tag is still what is there. */
  public Conditional<PutResult> replace(VarveKey key, String etag, VarveValue value) {
    return conditionally(putCall(key, value).header("If-Match", etag), VarveClient::putResult);
  }

  /** Removes a key, if it is there. */
  public DeleteResult delete(String key) {
    return delete(VarveKey.of(key));
  }

  /** Removes a key, if it is there. */
  public DeleteResult delete(VarveKey key) {
    return deleteResult(calls.send(deleteCall(key)));
  }

  /** Removes an entry, if it is still as it was read. */
  public Conditional<DeleteResult> deleteIf(VarveEntry entry) {
    return deleteIf(entry.key(), entry.etag());
  }

  /** Removes a key, if the version of this tag is still what is there. */
  public Conditional<DeleteResult> deleteIf(VarveKey key, String etag) {
    return conditionally(deleteCall(key).header("If-Match", etag), VarveClient::deleteResult);
  }

  /** Runs a transaction in one request. The server tries again by itself when it meets others. */
  public OneShotResult run(OneShot transaction) {
    Answer answer = calls.send(write("POST", BASE + "/txn").json(JsonBody.of(transaction)));
    return answer.read(result -> Json.oneShot(result, answer.storeId()));
  }

  /** Does several writes, all or none. */
  public BatchResult batch(Operation.Write... writes) {
    return batch(List.of(writes));
  }

  /** Does several writes, all or none. */
  public BatchResult batch(List<? extends Operation.Write> writes) {
    return calls.send(write("POST", BASE + "/batch").json(JsonBody.of(writes))).read(Json::batch);
  }

  /** Begins a transaction. Close it: that rolls back what is not committed. */
  public ClientTransaction begin() {
    return begin(TransactionOptions.DEFAULT);
  }

  /** Begins a transaction. Close it: that rolls back what is not committed. */
  public ClientTransaction begin(TransactionOptions options) {
    return ClientTransaction.begin(calls, surroundings.names(), options);
  }

  /**
   * As {@link #transact(TransactionOptions, TransactionWork)}, as the server does of its own
   * accord.
   */
  public <T extends @Nullable Object, E extends Exception> T transact(TransactionWork<T, E> work)
      throws E {
    return transact(TransactionOptions.DEFAULT, work);
  }

  /**
   * Runs {@code work} in a transaction and commits it, exactly once. When it meets another
   * transaction, or takes too long, all of it is run again in a new one; so it must do nothing that
   * cannot be done twice. What it throws rolls the transaction back and is thrown on.
   *
   * @throws UnknownOutcomeException if nobody can tell whether it is committed; it is not run again
   *     then
   * @throws VarveException if it could not be committed as often as the {@link RetryPolicy} allows;
   *     nothing of it is there
   */
  public <T extends @Nullable Object, E extends Exception> T transact(
      TransactionOptions options, TransactionWork<T, E> work) throws E {
    return new Transactor(calls, settings.retry(), surroundings).run(options, work);
  }

  /** Loads many writes; see {@link #bulkLoad(Stream, Consumer)}. */
  public BulkResult bulkLoad(Stream<? extends Operation.Write> writes) {
    return bulkLoad(writes, _ -> {});
  }

  /**
   * Loads many writes, as fast as the server takes them and never many at once in memory. They are
   * committed in chunks, in order; the load as a whole is not atomic, and not tried again. The
   * stream is read in this thread, and closed.
   *
   * @param progress hears of every chunk, in this thread, some time after it is committed
   * @throws BulkLoadException if not all of it could be loaded; it says how much is
   */
  public BulkResult bulkLoad(
      Stream<? extends Operation.Write> writes, Consumer<? super BulkChunk> progress) {
    return bulkLoad(writes, progress, BulkLoader.PartLimits.DEFAULT);
  }

  BulkResult bulkLoad(
      Stream<? extends Operation.Write> writes,
      Consumer<? super BulkChunk> progress,
      BulkLoader.PartLimits limits) {
    try (writes) {
      return new BulkLoader(calls, settings.requestTimeout(), limits, progress)
          .load(writes.iterator());
    }
  }

  /** Ends the calls that are running, and all connections. */
  @Override
  public void close() {
    http.shutdownNow();
  }

  private Call write(String method, String target) {
    return Call.write(method, target, surroundings.names().get());
  }

  private Call putCall(VarveKey key, VarveValue value) {
    return write("PUT", Targets.key(BASE, key)).body(value);
  }

  private Call deleteCall(VarveKey key) {
    return write("DELETE", Targets.key(BASE, key));
  }

  private static PutResult putResult(Answer answer) {
    return answer.read(put -> Json.put(put, answer.storeId()));
  }

  private static DeleteResult deleteResult(Answer answer) {
    return answer.read(Json::deleted);
  }

  private <T> Conditional<T> conditionally(Call call, Function<Answer, T> result) {
    Answer answer = calls.send(call.expecting(Problem.PRECONDITION_FAILED));
    return answer.isSuccess()
        ? new Conditional.Applied<>(result.apply(answer))
        : new Conditional.Refused<>(answer.header("ETag").orElse(null));
  }

  /** Makes a client. */
  public static final class Builder {
    private final URI baseUri;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration requestTimeout = Duration.ofSeconds(30);
    private @Nullable BearerToken token;
    private @Nullable SSLContext sslContext;
    private RetryPolicy retry = RetryPolicy.DEFAULT;
    private Supplier<Map<String, String>> headers = Map::of;

    private Builder(URI baseUri) {
      if (!baseUri.isAbsolute() || baseUri.getHost() == null) {
        throw new IllegalArgumentException(
            "baseUri must have a scheme and a host, such as http://localhost:8080: " + baseUri);
      }
      if (baseUri.getQuery() != null || baseUri.getFragment() != null) {
        throw new IllegalArgumentException("baseUri must have no query and no fragment");
      }
      this.baseUri = baseUri;
    }

    /** How long a connection may take to be made; 5 s where this is not called. */
    public Builder connectTimeout(Duration timeout) {
      connectTimeout = positive("connectTimeout", timeout);
      return this;
    }

    /**
     * How long one try of a call may take; 30 s where this is not called. In a bulk load: how long
     * the server may take nothing.
     */
    public Builder requestTimeout(Duration timeout) {
      requestTimeout = positive("requestTimeout", timeout);
      return this;
    }

    /**
     * A token to show to the server with every call, as {@code Authorization: Bearer}. Anybody on
     * the way can read it where the URI is not one of {@code https}.
     */
    public Builder token(String newToken) {
      token = BearerToken.of(newToken);
      return this;
    }

    /**
     * A token that may change, in place of one that does not. It is asked for in the thread that
     * makes the call, again for every try, so it should be at hand. Where it cannot be had, the
     * call fails with {@link Problem#NO_TOKEN} and nothing is sent.
     */
    public Builder token(Supplier<String> source) {
      token = BearerToken.from(source);
      return this;
    }

    /**
     * Whose certificate to trust, such as that of an authority of your own, and what certificate to
     * show to a server that asks for one. Where this is not called, the JDK's default.
     */
    public Builder sslContext(SSLContext context) {
      if (!"https".equalsIgnoreCase(baseUri.getScheme())) {
        throw new IllegalArgumentException("sslContext needs a baseUri of https: " + baseUri);
      }
      sslContext = context;
      return this;
    }

    /** How often to try what fails; {@link RetryPolicy#DEFAULT} where this is not called. */
    public Builder retry(RetryPolicy policy) {
      retry = policy;
      return this;
    }

    /**
     * Headers to send with every request, such as the {@code traceparent} of the trace that a call
     * is part of. They are asked for in the thread that makes the call, again for every try. Where
     * the client has a header of its own by that name, it keeps its own.
     */
    public Builder headers(Supplier<Map<String, String>> supplier) {
      headers = supplier;
      return this;
    }

    /** The client. It connects when it is used. */
    public VarveClient build() {
      return build(Surroundings.real());
    }

    VarveClient build(Surroundings surroundings) {
      String text = baseUri.toString();
      String base = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
      return new VarveClient(
          new ClientSettings(
              base, connectTimeout, requestTimeout, token, sslContext, retry, headers),
          surroundings);
    }

    private static Duration positive(String name, Duration timeout) {
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException(name + " must be positive: " + timeout);
      }
      return timeout;
    }
  }
}
