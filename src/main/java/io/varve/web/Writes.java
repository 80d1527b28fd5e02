package io.varve.web;

import io.varve.model.KeptOutcome;
import io.varve.model.OutcomeId;
import io.varve.model.OutcomeRecord;
import io.varve.model.Revision;
import io.varve.model.TransactionErrors;
import io.varve.txn.Executed;
import io.varve.txn.RequestOutcomes;
import io.varve.txn.StoreSession;
import io.varve.txn.StoreSessions;
import io.varve.txn.TransactionOptions;
import io.varve.txn.WriteView;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Carries writes out and answers them; those with an idempotency key once, however often sent. */
@Component
final class Writes {
  private final StoreSessions sessions;
  private final WebLimits limits;
  private final Admission admission;
  private final WorkPools pools;
  private final TransactionSpans spans;
  private final RevisionHeaders headers;
  private final JsonMapper json;

  Writes(
      StoreSessions sessions,
      WebLimits limits,
      Admission admission,
      WorkPools pools,
      TransactionSpans spans,
      RevisionHeaders headers,
      JsonMapper json) {
    this.sessions = sessions;
    this.limits = limits;
    this.admission = admission;
    this.pools = pools;
    this.spans = spans;
    this.headers = headers;
    this.json = json;
  }

  /**
   * Carries a write out in this session, and keeps what it is given with the commit.
   *
   * @param <T> what it comes to
   */
  interface Execution<T> {
    Executed<T> run(StoreSession session, Function<Executed<T>, List<OutcomeRecord>> outcomes);
  }

  /**
   * Makes the answer to a write.
   *
   * @param <T> what it came to
   */
  interface Answering<T> {
    /** The answer; {@link PendingRevision} may stand for both revisions. */
    Answer answer(T result, long revision, long durableRevision);
  }

  /**
   * An answer.
   *
   * @param status of HTTP
   * @param tagged whether its revision is the ETag of an entry
   * @param body becomes JSON
   */
  record Answer(int status, boolean tagged, Object body) {}

  /** Runs {@code work} as a transaction of its own; else as the other one. */
  <T> void run(
      HttpServletRequest request,
      HttpServletResponse response,
      TransactionOptions options,
      Function<WriteView, T> work,
      Answering<T> answering)
      throws IOException {
    run(request, response, options, work, answering, false);
  }

  /** Like the one without {@code isLarge}; a large one runs on a pool. */
  <T> void run(
      HttpServletRequest request,
      HttpServletResponse response,
      TransactionOptions options,
      Function<WriteView, T> work,
      Answering<T> answering,
      boolean isLarge)
      throws IOException {
    Function<WriteView, T> judged =
        view -> {
          headers.set(response, view.readRevision());
          return work.apply(view);
        };
    run(
        request,
        response,
        (session, kept) ->
            isLarge
                ? pools.write(() -> session.transactions().execute(options, judged, kept))
                : session.transactions().execute(options, judged, kept),
        answering);
  }

  /**
   * Carries out the write that a request asks for, unless it did so before, and answers. The body
   * of the request has been read.
   */
  <T> void run(
      HttpServletRequest request,
      HttpServletResponse response,
      Execution<T> execution,
      Answering<T> answering)
      throws IOException {
    // One for all of it: what a name is claimed for must not run in a store that took over since.
    StoreSession session = sessions.current();
    OutcomeId id = IdempotencyKey.of(request);
    if (id == null) {
      respond(request, response, answering, write(session, execution, _ -> List.of()));
      return;
    }
    Keeper<T> keeper = new Keeper<>(session, id, RequestFingerprint.of(request), answering);
    KeptOutcome kept;
    Executed<T> done = null;
    try (RequestOutcomes.Claim claim = session.outcomes().claim(id)) {
      kept = claim.kept();
      if (kept == null) {
        done = write(session, execution, keeper::keep);
      }
    } // the answer may take as long as the client does
    if (kept != null) {
      replay(response, StoredAnswer.decode(kept), kept.revision(), keeper.fingerprint);
    } else if (done != null) {
      respond(request, response, keeper, done);
    }
  }

  /** The wait for its turn is not part of its span. */
  private <T> Executed<T> write(
      StoreSession session,
      Execution<T> execution,
      Function<Executed<T>, List<OutcomeRecord>> outcomes) {
    return admission.write(() -> spans.observe(() -> execution.run(session, outcomes)));
  }

  /** Makes the answer that is kept with a commit, and remembers the last one it made. */
  private final class Keeper<T> {
    private final StoreSession session;
    private final OutcomeId id;
    private final RequestFingerprint fingerprint;
    private final Answering<T> answering;
    private @Nullable StoredAnswer made;

    Keeper(
        StoreSession session,
        OutcomeId id,
        RequestFingerprint fingerprint,
        Answering<T> answering) {
      this.session = session;
      this.id = id;
      this.fingerprint = fingerprint;
      this.answering = answering;
    }

    List<OutcomeRecord> keep(Executed<T> ahead) {
      long read = ahead.wrote() ? 0 : ahead.revision().value();
      long revision = ahead.wrote() ? PendingRevision.VALUE : read;
      long durable =
          session.transactions().syncsOnCommit()
              ? revision
              : session.transactions().durable().value();
      Answer answer = answering.answer(ahead.result(), revision, durable);
      byte[] template = json.writeValueAsBytes(answer.body());
      StoredAnswer stored =
          new StoredAnswer(answer.status(), answer.tagged(), read, fingerprint.bytes(), template);
      made = stored;
      return List.of(OutcomeRecord.of(id, limits.idempotencyKeep(), stored.encode()));
    }
  }

  private void replay(
      HttpServletResponse response,
      StoredAnswer stored,
      long commit,
      RequestFingerprint fingerprint)
      throws IOException {
    if (!stored.isOf(fingerprint)) {
      throw TransactionErrors.idempotencyKeyReused();
    }
    response.setHeader(IdempotencyKey.REPLAYED, "true");
    send(response, stored, stored.revision(commit));
  }

  private void send(HttpServletResponse response, StoredAnswer stored, long revision)
      throws IOException {
    byte[] body = PendingRevision.fill(stored.template(), revision);
    setHead(response, stored.status(), stored.tagged(), new Revision(revision));
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private <T> void respond(
      HttpServletRequest request, HttpServletResponse response, Keeper<T> keeper, Executed<T> done)
      throws IOException {
    if (keeper.made == null) {
      respond(request, response, keeper.answering, done); // it was done before, under another name
    } else {
      send(response, keeper.made, done.revision().value());
    }
  }

  /** What was read is counted in the share of the request: where that is much, so is the answer. */
  private <T> void respond(
      HttpServletRequest request,
      HttpServletResponse response,
      Answering<T> answering,
      Executed<T> done)
      throws IOException {
    boolean isLarge = ByteBudget.of(request).bytes() > WorkPools.LARGE_BYTES;
    long durable = sessions.durable().value();
    Answer answer = answering.answer(done.result(), done.revision().value(), durable);
    byte[] body = isLarge ? pools.next(() -> json.writeValueAsBytes(answer.body())) : null;
    setHead(response, answer.status(), answer.tagged(), done.revision());
    if (body == null) {
      json.writeValue(response.getOutputStream(), answer.body());
    } else {
      response.setContentLength(body.length);
      response.getOutputStream().write(body);
    }
  }

  private void setHead(
      HttpServletResponse response, int status, boolean tagged, Revision revision) {
    response.setStatus(status);
    headers.set(response, revision);
    if (tagged) {
      response.setHeader(HttpHeaders.ETAG, EntityTags.of(sessions.storeId(), revision));
    }
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
  }
}
