package io.varve.web;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.json.JacksonJsonHttpMessageConverter;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads and writes JSON for Spring MVC. That which is large is parsed from bytes and written to
 * bytes on a pool; the thread of the request receives and sends them.
 */
@Component
final class PooledJson extends JacksonJsonHttpMessageConverter {
  private final WorkPools pools;

  PooledJson(JsonMapper json, WorkPools pools) {
    super(json);
    this.pools = pools;
  }

  /** Bytes and text are answers already: this converter comes before those for them. */
  @Override
  public boolean canWrite(ResolvableType type, Class<?> answer, @Nullable MediaType wanted) {
    return answer != byte[].class
        && !CharSequence.class.isAssignableFrom(answer)
        && super.canWrite(type, answer, wanted);
  }

  @Override
  public Object read(
      ResolvableType type, HttpInputMessage message, @Nullable Map<String, Object> hints)
      throws IOException {
    if (message instanceof PooledBody) {
      return pools.<Object, IOException>work(() -> super.read(type, message, hints));
    }
    return super.read(type, message, hints);
  }

  @Override
  protected void writeInternal(
      Object answer,
      ResolvableType type,
      HttpOutputMessage message,
      @Nullable Map<String, Object> hints)
      throws IOException {
    if (answer instanceof PooledAnswer) {
      byte[] body = pools.next(() -> getMapper().writeValueAsBytes(answer));
      message.getHeaders().setContentLength(body.length);
      message.getBody().write(body);
    } else {
      super.writeInternal(answer, type, message, hints);
    }
  }
}
