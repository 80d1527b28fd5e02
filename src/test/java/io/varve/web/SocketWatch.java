package io.varve.web;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Notes each use of a body or an answer by a thread of a pool: it might wait for a client. */
@TestComponent
@Order(Ordered.HIGHEST_PRECEDENCE)
final class SocketWatch implements Filter {
  private final Queue<String> uses = new ConcurrentLinkedQueue<>();

  /** Of threads of pools. */
  Queue<String> uses() {
    return uses;
  }

  private void note(String use) {
    if (WorkPool.isInPool()) {
      uses.add(use);
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    chain.doFilter(
        new HttpServletRequestWrapper((HttpServletRequest) request) {
          @Override
          public ServletInputStream getInputStream() throws IOException {
            return new Body(super.getInputStream());
          }
        },
        new HttpServletResponseWrapper((HttpServletResponse) response) {
          @Override
          public ServletOutputStream getOutputStream() throws IOException {
            return new Answer(super.getOutputStream());
          }

          @Override
          public void flushBuffer() throws IOException {
            note("flush");
            super.flushBuffer();
          }
        });
  }

  private final class Body extends ServletInputStream {
    private final ServletInputStream body;

    Body(ServletInputStream body) {
      this.body = body;
    }

    @Override
    public int read() throws IOException {
      note("read");
      return body.read();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      note("read");
      return body.read(target, offset, length);
    }

    @Override
    public boolean isFinished() {
      return body.isFinished();
    }

    @Override
    public boolean isReady() {
      return body.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      body.setReadListener(listener);
    }
  }

  private final class Answer extends ServletOutputStream {
    private final ServletOutputStream answer;

    Answer(ServletOutputStream answer) {
      this.answer = answer;
    }

    @Override
    public void write(int one) throws IOException {
      note("write");
      answer.write(one);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      note("write");
      answer.write(source, offset, length);
    }

    @Override
    public void flush() throws IOException {
      note("flush");
      answer.flush();
    }

    @Override
    public boolean isReady() {
      return answer.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      answer.setWriteListener(listener);
    }
  }
}
