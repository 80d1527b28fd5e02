package io.varve.web;

import io.varve.access.Action;
import io.varve.model.StoreErrors;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Enforces {@link Guarded}. That a method which decides for itself has done so before it answers is
 * seen to by {@link DecidedAnswer}, and here for answers without a body.
 */
@Component
final class Guard implements HandlerInterceptor, WebMvcConfigurer {
  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(this);
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (handler instanceof HandlerMethod method && isOfTheApi(method)) {
      Caller caller = Caller.of(request);
      switch (guardOf(method)) {
        case OPERATION -> {}
        case CALLER -> caller.needsNothing();
        case ADMINISTER -> caller.require(Action.ADMINISTER);
        case OBSERVE -> caller.require(Action.OBSERVE);
      }
    }
    return true;
  }

  /** Of a method that has returned: where it has thrown, its caller has got nothing. */
  @Override
  public void postHandle(
      HttpServletRequest request,
      HttpServletResponse response,
      Object handler,
      @Nullable ModelAndView view) {
    if (handler instanceof HandlerMethod method && isOfTheApi(method) && !response.isCommitted()) {
      Caller.of(request).requireDecided();
    }
  }

  /** Errors are answered by a method too, which everybody may reach. */
  private static boolean isOfTheApi(HandlerMethod method) {
    return method.getBeanType().getPackage() == Guard.class.getPackage()
        && method.getBeanType() != ProblemErrorController.class;
  }

  private static Guarded.By guardOf(HandlerMethod method) {
    Guarded own = method.getMethodAnnotation(Guarded.class);
    Guarded guarded = own == null ? method.getBeanType().getAnnotation(Guarded.class) : own;
    if (guarded == null) {
      throw StoreErrors.internal("find out who may call this", null);
    }
    return guarded.value();
  }
}
