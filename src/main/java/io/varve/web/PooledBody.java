package io.varve.web;

import java.io.InputStream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;

/**
 * A body that is in the heap and large, so that it is parsed on a pool.
 *
 * @param body its bytes, which are read from no client
 * @param headers of the request
 */
record PooledBody(InputStream body, HttpHeaders headers) implements HttpInputMessage {
  @Override
  public InputStream getBody() {
    return body;
  }

  @Override
  public HttpHeaders getHeaders() {
    return headers;
  }
}
