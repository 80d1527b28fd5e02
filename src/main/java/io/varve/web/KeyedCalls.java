package io.varve.web;

import io.varve.web.openapi.OnceUnderKey;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Set;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Decides for every call of the API what an {@code Idempotency-Key} means: a method with {@link
 * OnceUnderKey} keeps its answer, a read ignores the key, and every other call refuses it. So a
 * retry never runs twice because a handler forgot the header.
 */
@Component
final class KeyedCalls implements HandlerInterceptor, WebMvcConfigurer {
  private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

  /** After {@link Guard}: a caller who may not make the call learns nothing about it. */
  private static final int ORDER = 1;

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(this).order(ORDER);
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (handler instanceof HandlerMethod method
        && !method.hasMethodAnnotation(OnceUnderKey.class)) {
      refuseUnlessRead(request);
    }
    return true;
  }

  /** Refuses a key on a call that is no read and keeps no answer. Throws MALFORMED_REQUEST. */
  static void refuseUnlessRead(HttpServletRequest request) {
    if (!READS.contains(request.getMethod())) {
      IdempotencyKey.refuse(request);
    }
  }
}
