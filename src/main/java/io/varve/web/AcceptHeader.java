package io.varve.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.accept.ContentNegotiationStrategy;
import org.springframework.web.accept.HeaderContentNegotiationStrategy;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.servlet.config.annotation.ContentNegotiationConfigurer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Reads the Accept header without the charsets in it. JSON has but one (RFC 8259, section 8.1);
 * with another the framework would find out that it cannot write the answer once the work is done.
 */
@Component
final class AcceptHeader implements WebMvcConfigurer, ContentNegotiationStrategy {
  private static final String CHARSET = "charset";

  private final ContentNegotiationStrategy header = new HeaderContentNegotiationStrategy();

  @Override
  public void configureContentNegotiation(ContentNegotiationConfigurer configurer) {
    configurer.strategies(List.of(this));
  }

  @Override
  public List<MediaType> resolveMediaTypes(NativeWebRequest request)
      throws HttpMediaTypeNotAcceptableException {
    return header.resolveMediaTypes(request).stream().map(AcceptHeader::withoutCharset).toList();
  }

  private static MediaType withoutCharset(MediaType type) {
    if (type.getCharset() == null) {
      return type;
    }
    Map<String, String> parameters = new LinkedHashMap<>(type.getParameters());
    parameters.keySet().removeIf(CHARSET::equalsIgnoreCase);
    return new MediaType(type, parameters);
  }
}
