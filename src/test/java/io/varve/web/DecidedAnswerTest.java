package io.varve.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.access.Action;
import io.varve.access.Principal;
import io.varve.model.ErrorCode;
import io.varve.model.StoreFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

final class DecidedAnswerTest {
  private final MockHttpServletResponse sent = new MockHttpServletResponse();
  private final Caller caller = new Caller(Principal.ANONYMOUS);
  private final DecidedAnswer answer = new DecidedAnswer(sent, caller);

  @Test
  void notAsked_noWayToTheBodyIsOpen() {
    StoreFailure.expect(ErrorCode.INTERNAL_ERROR, answer::getOutputStream);
    StoreFailure.expect(ErrorCode.INTERNAL_ERROR, answer::getWriter);
    StoreFailure.expect(ErrorCode.INTERNAL_ERROR, answer::flushBuffer);
    assertThat(sent.isCommitted()).isFalse();
  }

  @Test
  void asked_theBodyIsOpen() throws IOException {
    caller.require(Action.ADMINISTER);
    answer.getOutputStream().write("told".getBytes(StandardCharsets.UTF_8));
    answer.flushBuffer();
    assertThat(sent.getContentAsString()).isEqualTo("told");
  }

  @Test
  void refusal_needsNoDecision() throws IOException {
    answer.setStatus(400);
    answer.getOutputStream().write("no".getBytes(StandardCharsets.UTF_8));
    assertThat(sent.getContentAsString()).isEqualTo("no");
  }
}
