package io.varve.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLHandshakeException;

/** Sends requests over HTTP. */
final class HttpCalls implements Calls {
  /*
   * A write carries a key, one for all its tries, so it can be repeated whatever became of it. But once a
   * try may have been done, no refusal of a later one takes that back: the server may have been too busy to
   * look, or the token may have run out. Only an answer that comes from judging the request settles it.
   */
  private final HttpClient http;
  private final ClientSettings settings;
  private final Surroundings surroundings;

  HttpCalls(HttpClient http, ClientSettings settings, Surroundings surroundings) {
    this.http = http;
    this.settings = settings;
    this.surroundings = surroundings;
  }

  @Override
  public Answer send(Call call) {
    return repeat(
        call,
        () -> {
          HttpResponse<byte[]> response =
              await(
                  call.name(),
                  http.sendAsync(request(call), BodyHandlers.ofByteArray()),
                  settings.requestTimeout());
          Answer answer = answer(call, response, response.body());
          if (!answer.isSuccess() && !call.expected().contains(answer.problem().code())) {
            throw VarveException.of(answer);
          }
          return answer;
        });
  }

  /** Sends a request whose answer is read as it comes. The caller closes the body. */
  HttpResponse<InputStream> open(Call call) {
    return repeat(
        call,
        () -> {
          HttpResponse<InputStream> response =
              await(
                  call.name(),
                  http.sendAsync(request(call), BodyHandlers.ofInputStream()),
                  settings.requestTimeout());
          if (Answer.isSuccess(response.statusCode())) {
            return response;
          }
          try (InputStream body = response.body()) {
            throw VarveException.of(answer(call, response, body.readAllBytes()));
          } catch (IOException e) {
            throw lost(call.name(), e);
          }
        });
  }

  /** Begins to send a body that is made meanwhile, once the server asks for it. */
  CompletableFuture<HttpResponse<byte[]>> begin(Call call, BodyPublisher body) {
    HttpRequest request = builder(call).expectContinue(true).POST(body).build();
    return http.sendAsync(request, BodyHandlers.ofByteArray());
  }

  private <T> T repeat(Call call, Supplier<T> attempt) {
    Backoff backoff = new Backoff(settings.retry(), surroundings);
    boolean mayBeDone = false;
    while (true) {
      try {
        return attempt.get();
      } catch (VarveException e) {
        mayBeDone |= call.kind() == Call.Kind.KEYED && e.fate() == Fate.UNKNOWN;
        if (!mayRepeat(call, e.fate()) || !backoff.pause(e.retryAfter())) {
          boolean isJudged = e.code().equals(Problem.TRANSACTION_CONFLICT);
          throw mayBeDone && !isJudged ? new UnknownOutcomeException(call.name(), e) : e;
        }
      }
    }
  }

  private static boolean mayRepeat(Call call, Fate fate) {
    return switch (call.kind()) {
      case SAFE, KEYED -> fate != Fate.REFUSED;
      case UNKEYED -> fate == Fate.REFUSED_FOR_NOW;
      case ONCE -> false;
    };
  }

  private HttpRequest request(Call call) {
    BodyPublisher body =
        call.hasBody() ? BodyPublishers.ofByteArray(call.body().array()) : BodyPublishers.noBody();
    return builder(call).method(call.method(), body).build();
  }

  private HttpRequest.Builder builder(Call call) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(settings.baseUri() + call.target()));
    settings.headers().get().forEach(builder::setHeader);
    BearerToken token = settings.token();
    if (token != null) {
      builder.setHeader("Authorization", token.header());
    }
    List<String> headers = call.headers();
    for (int i = 0; i < headers.size(); i += 2) {
      builder.setHeader(headers.get(i), headers.get(i + 1));
    }
    return builder;
  }

  private static Answer answer(Call call, HttpResponse<?> response, byte[] body) {
    return new Answer(call, response.statusCode(), response.headers(), body);
  }

  /**
   * Waits for an answer. The client's own timeout would end with the headers; this one does not.
   *
   * @param what the request, for messages
   */
  static <T> T await(String what, CompletableFuture<T> answer, Duration timeout) {
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw lost(what, e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw interrupted(what, e);
    } catch (ExecutionException e) {
      throw lost(what, e.getCause() == null ? e : e.getCause());
    }
  }

  static VarveException interrupted(String what, InterruptedException cause) {
    Problem problem = Problem.of(0, Problem.INTERRUPTED, what + " was interrupted.", false);
    return new VarveException(problem, Fate.UNKNOWN, cause);
  }

  /** No answer came. */
  static VarveException lost(String what, Throwable cause) {
    if (cause instanceof SSLHandshakeException) {
      return strange(what, cause);
    }
    boolean wasSent =
        !(cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException);
    String detail =
        wasSent
            ? what + " got no answer, or not in time: the server may have stopped, or be too slow."
            : what + " was not sent: the server cannot be reached.";
    return new VarveException(
        Problem.of(0, Problem.NO_ANSWER, detail, true),
        wasSent ? Fate.UNKNOWN : Fate.REFUSED_FOR_NOW,
        cause instanceof UncheckedIOException unchecked ? unchecked.getCause() : cause);
  }

  /**
   * There is no connection that both sides trust. A server reads no request before it has accepted
   * the client's certificate, so nothing was done, and trying again would change nothing.
   */
  private static VarveException strange(String what, Throwable cause) {
    String detail =
        what
            + " was not sent: the TLS handshake failed. The certificate of the server or of the"
            + " client is not accepted, or they share no version of TLS.";
    return new VarveException(
        Problem.of(0, Problem.TLS_FAILED, detail, false), Fate.REFUSED, cause);
  }
}
